import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { localeOf } from '../jobs/format';
import { CommandIDs, IJobs } from '../tokens';
import type { LogWidget } from './widget';
import { addLogCommand } from './widget';

const log: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:log',
  description: 'Shows the logs of AIbro jobs.',
  autoStart: true,
  requires: [IJobs],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    jobs: IJobs,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ) => {
    const language = translator ?? nullTranslator;
    const trans = language.load('jupyterlab_aibro');
    const locale = localeOf(language.languageCode);
    const tracker = new WidgetTracker<LogWidget>({ namespace: 'aibro-log' });
    addLogCommand({ commands, shell, jobs, trans, locale, tracker });
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
