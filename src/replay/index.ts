import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  IThemeManager,
  WidgetTracker
} from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IDefaultDrive } from '@jupyterlab/services';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { showPage } from '../application/showPage';
import { jobArgs, jobIdOf } from '../job/model/commands';
import { replayIcon, replayOfIcon } from '../job/model/icons';
import { hasEnded } from '../job/model/job';
import { CommandIDs, IJobs, ISettings } from '../tokens';
import type { ReplayPage } from './page/page';

const dialog: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:replay',
  description: 'Replays recorded jobs.',
  autoStart: true,
  requires: [IJobs, ISettings],
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
    settings: ISettings,
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
      // Only the selected job's state is known here. For any other job the dialog says what is
      // wrong.
      isEnabled: args =>
        args.jobId === undefined ||
        args.jobId !== jobs.selected?.job_id ||
        (jobs.selected.recorded && hasEnded(jobs.selected)),
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
            translator,
            choices: settings.current
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

const page: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:replay-page',
  description: 'Shows a replay beside the job that it repeats.',
  autoStart: true,
  requires: [IJobs],
  optional: [
    ITranslator,
    IThemeManager,
    ICommandPalette,
    ILayoutRestorer,
    IDefaultDrive
  ],
  activate: (
    { commands, serviceManager, shell }: JupyterFrontEnd,
    jobs: IJobs,
    translator_: ITranslator | null,
    themeManager: IThemeManager | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    defaultDrive: Contents.IDrive | null
  ) => {
    const translator = translator_ ?? nullTranslator;
    const trans = translator.load('jupyterlab_aibro');
    const tracker = new WidgetTracker<MainAreaWidget<ReplayPage>>({
      namespace: 'aibro-replay'
    });
    // Only the selected job's state is known here. For any other job the page says what is wrong.
    const mayBeReplay = (args: ReadonlyPartialJSONObject): boolean => {
      const jobId = jobIdOf(args, jobs);
      return (
        jobId !== undefined &&
        (jobId !== jobs.selected?.job_id || jobs.selected.replay_of !== null)
      );
    };
    commands.addCommand(CommandIDs.openReplay, {
      label: trans.__('Show Replay'),
      caption: trans.__('Show a replay beside the job that it repeats'),
      icon: replayOfIcon,
      describedBy: { args: jobArgs(trans) },
      isEnabled: mayBeReplay,
      // Menus that pass a job's id hide the command if that job is no replay; the palette always
      // shows it.
      isVisible: args => args.jobId === undefined || mayBeReplay(args),
      execute: async args => {
        const jobId = jobIdOf(args, jobs);
        if (jobId === undefined) {
          return;
        }
        const { createReplayPage } = await import('./page/open');
        let widget = tracker.find(({ content }) => content.jobId === jobId);
        if (!widget) {
          widget = createReplayPage(jobId, {
            commands,
            contents: serviceManager.contents,
            defaultDrive,
            jobs,
            themeManager,
            translator
          });
          void tracker.add(widget);
        }
        showPage(shell, widget);
      }
    });
    palette?.addItem({
      command: CommandIDs.openReplay,
      category: trans.__('AIbro')
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.openReplay,
      args: ({ content }) => ({ jobId: content.jobId }),
      name: ({ content }) => content.jobId
    });
  }
};

export default [dialog, page];
