import type { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Job } from '../api';
import { Folders } from '../contents/folders';
import { localeOf } from '../format';
import { CommandIDs } from '../tokens';
import type { IChoices, IJobs } from '../tokens';
import { ReplayDialog } from './dialog';
import { entryId } from './Entry';
import { changingFolders, filesAction, savedFolders } from './files';
import { ReplayModel } from './model';
import { ReplayNotice } from './notice';
import type { FolderField, IReadyRequest } from './state';

/** The parts of JupyterLab that a replay uses; those that are null are optional. */
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
  /** The folders that the settings propose; empty for no proposal. */
  readonly choices: Pick<IChoices, 'checkpointFolder' | 'logFolder'>;
}

/**
 * Show the replay dialog. When the replay has started, its page opens and a notification follows
 * it.
 *
 * @param jobId - the job to replay, if it is known already.
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
  const here = folders.start(
    services.notebookPath,
    fileBrowser?.model.path ?? null
  );
  const { checkpointFolder, logFolder } = services.choices;
  const proposed = {
    directory_to_save_ckpt: checkpointFolder || here,
    directory_to_save_log: logFolder || here
  };
  const model = new ReplayModel({ jobs, folders, proposed, trans });
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

/** Open the page of a replay, show a notification until its verdict, and keep the file browser up to date. */
function follow(
  { commands, fileBrowser, jobs }: IReplayServices,
  folders: Folders,
  request: IReadyRequest,
  replay: Job,
  trans: TranslationBundle
): void {
  const { job_id: jobId } = replay;
  const saved = savedFolders(request.body, jobId);
  const paths = changingFolders(saved);
  const actions: Notification.IAction[] = [];
  if (commands.hasCommand(CommandIDs.openReplay)) {
    const callback = (): void =>
      void commands.execute(CommandIDs.openReplay, { jobId });
    actions.push({ label: trans.__('Open replay'), callback });
    callback();
  }
  const showFiles = filesAction(commands, folders, saved);
  if (showFiles) {
    actions.push({ label: trans.__('Show files'), callback: showFiles });
  }
  const onSaved = (): void => {
    if (fileBrowser && paths.includes(fileBrowser.model.path)) {
      void fileBrowser.model.refresh();
    }
  };
  const { recorded } = request;
  new ReplayNotice({ jobs, recorded, replay, trans, actions, onSaved });
}
