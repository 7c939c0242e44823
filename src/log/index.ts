import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs, IJobs, ISettings } from '../tokens';
import type { LogWidget } from './widget';
import { addLogCommand } from './widget';

const log: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:log',
  description: 'Shows the logs of AIbro jobs.',
  autoStart: true,
  requires: [IJobs, ISettings],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    jobs: IJobs,
    settings: ISettings,
    translator_: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ) => {
    const translator = translator_ ?? nullTranslator;
    const trans = translator.load('jupyterlab_aibro');
    const tracker = new WidgetTracker<LogWidget>({ namespace: 'aibro-log' });
    addLogCommand({
      commands,
      shell,
      jobs,
      settings,
      translator,
      tracker
    });
    palette?.addItem({
      command: CommandIDs.showLog,
      category: trans.__('AIbro')
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.showLog,
      args: ({ content }) => ({ jobId: content.jobId }),
      name: ({ content }) => content.jobId
    });
  }
};

export default [log];
