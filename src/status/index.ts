import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs, IJobs } from '../tokens';
import { ActiveJobs } from './active';
import { StatusItem } from './item';

const status: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:status',
  description: 'Shows in the status bar how many AIbro jobs are active.',
  autoStart: true,
  requires: [IJobs],
  // Notebook 7 has no status bar.
  optional: [IStatusBar, ITranslator],
  activate: (
    { commands }: JupyterFrontEnd,
    jobs: IJobs,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    if (!statusBar) {
      return;
    }
    const active = new ActiveJobs(jobs);
    const item = new StatusItem(
      active,
      () => void commands.execute(CommandIDs.showPanel),
      (translator ?? nullTranslator).load('jupyterlab_aibro')
    );
    statusBar.registerStatusItem(status.id, {
      item,
      align: 'left',
      // Right after the item for running kernels and terminals.
      rank: 2,
      isActive: () => {
        const { training, queued } = active.activity;
        return training + queued > 0;
      },
      activeStateChanged: active.changed
    });
  }
};

export default [status];
