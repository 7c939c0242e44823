import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { jobArgs, jobIdOf } from '../job/model/commands';
import { CommandIDs, IJobs } from '../tokens';
import { tensorBoardIcon } from './icon';

const tensorboard: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:tensorboard',
  description: 'Shows the logs of AIbro jobs in TensorBoard.',
  autoStart: true,
  requires: [IJobs],
  optional: [ITranslator, ICommandPalette],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    jobs: IJobs,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_aibro');
    commands.addCommand(CommandIDs.openTensorBoard, {
      label: trans.__('Open TensorBoard'),
      caption: trans.__('Show the logs that the job saved in TensorBoard'),
      icon: tensorBoardIcon,
      describedBy: { args: jobArgs(trans) },
      isEnabled: args => jobIdOf(args, jobs) !== undefined,
      execute: async args => {
        const jobId = jobIdOf(args, jobs);
        if (jobId !== undefined) {
          const { openTensorBoard } = await import('./open');
          await openTensorBoard(jobId, { client: jobs.client, shell, trans });
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.openTensorBoard,
      category: trans.__('AIbro')
    });
  }
};

export default [tensorboard];
