import type { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Job } from '../api';
import { localeOf } from '../jobs/format';
import { CommandIDs } from '../tokens';
import type { IJobs } from '../tokens';
import { ReplayDialog } from './dialog';
import { entryId } from './ReplayForm';
import { Folders } from './folders';
import { changingFolders } from './state';
import type { FolderField, IReadyRequest } from './state';
import { ReplayModel } from './model';
import { ReplayNotice } from './notice';

const GO_TO_PATH = 'filebrowser:go-to-path';

/** The parts of JupyterLab that a replay uses; what is null, it does without. */
export interface IReplayServices {
  readonly jobs: IJobs;
  readonly commands: CommandRegistry;
  readonly contents: Contents.IManager;
  readonly defaultDrive: Contents.IDrive | null;
  readonly documents: IDocumentManager | null;
  readonly fileBrowser: FileBrowser | null;
  /** The path of the current notebook. */
  readonly notebookPath: string | null;
  readonly translator: ITranslator;
}

/**
 * Show the replay dialog; once the replay has started, a notification follows it.
 *
 * @param jobId - the job to replay, when it is known already.
 */
export function openReplayDialog(
  services: IReplayServices,
  jobId: string | null
): void {
  const alreadyOpen = document.getElementById(entryId('job_id'));
  if (alreadyOpen) {
    alreadyOpen.focus();
    return;
  }
  const { contents, defaultDrive, fileBrowser, jobs, translator } = services;
  const trans = translator.load('jupyterlab_aibro');
  const folders = new Folders(contents, defaultDrive?.name ?? null);
  const folder = folders.start(
    services.notebookPath,
    fileBrowser?.model.path ?? null
  );
  const model = new ReplayModel({ jobs, folders, folder, trans });
  model.stateChanged.connect((_, { phase }) => {
    if (phase.kind === 'started') {
      follow(services, folders, phase.request, phase.replay, trans);
    }
  });

  const browse = async (
    documents: IDocumentManager,
    field: FolderField
  ): Promise<void> => {
    const { check } = model.state[field];
    const { button, value } = await dialog.whileCovered(() =>
      FileDialog.getExistingDirectory({
        manager: documents,
        translator,
        title: trans.__('Choose a folder'),
        defaultPath: check.kind === 'good' ? check.path : ''
      })
    );
    const chosen = value?.at(0);
    if (button.accept && chosen) {
      model.setFolder(field, chosen.path);
    }
  };
  const { documents } = services;
  const dialog = new ReplayDialog({
    jobs,
    model,
    trans,
    locale: localeOf(translator.languageCode),
    first: jobId === null ? 'job_id' : 'description',
    browse: documents && (field => void browse(documents, field))
  });
  dialog.open();
  if (jobId !== null) {
    void model.choose(jobId, null);
  }
}

/** Tell of a replay until its verdict, and keep the file browser up to date. */
function follow(
  { commands, fileBrowser, jobs }: IReplayServices,
  folders: Folders,
  request: IReadyRequest,
  replay: Job,
  trans: TranslationBundle
): void {
  const paths = changingFolders(request.body, replay.job_id);
  const actions: Notification.IAction[] = [];
  if (paths.length > 0 && commands.hasCommand(GO_TO_PATH)) {
    actions.push({
      label: trans.__('Show files'),
      callback: () =>
        void folders
          .firstThatExists(paths)
          .then(path => commands.execute(GO_TO_PATH, { path }))
    });
  }
  if (commands.hasCommand(CommandIDs.showTimeline)) {
    actions.push({
      label: trans.__('Open job'),
      callback: () =>
        void commands.execute(CommandIDs.showTimeline, { jobId: replay.job_id })
    });
  }
  const onSaved = (): void => {
    if (fileBrowser && paths.includes(fileBrowser.model.path)) {
      void fileBrowser.model.refresh();
    }
  };
  const { recorded } = request;
  new ReplayNotice({ jobs, recorded, replay, trans, actions, onSaved });
}
