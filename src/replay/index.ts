import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IDefaultDrive } from '@jupyterlab/services';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { replayIcon } from '../jobs/icons';
import { jobArgs } from '../jobs/target';
import { CommandIDs, IJobs } from '../tokens';

const replay: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:replay',
  description: 'Replays recorded jobs.',
  autoStart: true,
  requires: [IJobs],
  optional: [
    ITranslator,
    ICommandPalette,
    INotebookTracker,
    IDefaultFileBrowser,
    IDocumentManager,
    IDefaultDrive
  ],
  activate: (
    { commands, serviceManager },
    jobs: IJobs,
    translator_: ITranslator | null,
    palette: ICommandPalette | null,
    notebooks: INotebookTracker | null,
    fileBrowser: IDefaultFileBrowser | null,
    documents: IDocumentManager | null,
    defaultDrive: Contents.IDrive | null
  ) => {
    const translator = translator_ ?? nullTranslator;
    const trans = translator.load('jupyterlab_aibro');
    commands.addCommand(CommandIDs.replay, {
      label: trans.__('Replay Job…'),
      caption: trans.__('Run a recorded job again and compare'),
      icon: replayIcon,
      describedBy: { args: jobArgs(trans) },
      // Of other jobs than the selected one it is not known here; the dialog says what is wrong.
      isEnabled: args =>
        args.jobId === undefined ||
        args.jobId !== jobs.selected?.job_id ||
        (jobs.selected.recorded && jobs.selected.ended_at !== null),
      execute: async args => {
        const { openReplayDialog } = await import('./open');
        openReplayDialog(
          {
            jobs,
            commands,
            contents: serviceManager.contents,
            defaultDrive,
            documents,
            fileBrowser,
            notebookPath: notebooks?.currentWidget?.context.path ?? null,
            translator
          },
          typeof args.jobId === 'string'
            ? args.jobId
            : jobs.selected?.recorded
              ? jobs.selected.job_id
              : null
        );
      }
    });
    palette?.addItem({
      command: CommandIDs.replay,
      category: trans.__('AIbro')
    });
  }
};

export default [replay];
