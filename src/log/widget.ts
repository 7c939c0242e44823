import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { closeWhenDeleted } from '../application/closeWhenDeleted';
import { showPage } from '../application/showPage';
import { languageOf } from '../format';
import { jobArgs, jobIdOf, reportFailure } from '../job/model/commands';
import { logIcon } from '../job/model/icons';
import { CommandIDs } from '../tokens';
import type { IJobs, ISettings } from '../tokens';
import { LogViewer } from './viewer';

/** The log of a job in the main area. */
export type LogWidget = MainAreaWidget<LogViewer>;

/** Register the command that opens the log of a job, or shows it when it is open. */
export function addLogCommand(options: {
  commands: CommandRegistry;
  shell: JupyterFrontEnd.IShell;
  jobs: IJobs;
  settings: ISettings;
  translator: ITranslator;
  tracker: WidgetTracker<LogWidget>;
}): void {
  const { commands, shell, jobs, settings, translator, tracker } = options;
  const { locale, trans } = languageOf(translator);
  commands.addCommand(CommandIDs.showLog, {
    label: trans.__('Show Log'),
    caption: trans.__('Show what the training of the job printed'),
    icon: logIcon,
    describedBy: { args: jobArgs(trans) },
    isEnabled: args => jobIdOf(args, jobs) !== undefined,
    execute: async args => {
      const jobId = jobIdOf(args, jobs);
      if (jobId === undefined) {
        return;
      }
      const open = tracker.find(({ content }) => content.jobId === jobId);
      if (open) {
        showPage(shell, open);
        return;
      }
      try {
        const { description } = await jobs.client.job(jobId);
        const content = new LogViewer(jobs, jobId, settings, trans, locale);
        const widget = createPage(content, description || jobId, translator);
        closeWhenDeleted(widget, jobs, jobId);
        await tracker.add(widget);
        showPage(shell, widget);
      } catch (error) {
        reportFailure(error);
      }
    }
  });
}

function createPage(
  content: LogViewer,
  name: string,
  translator: ITranslator
): LogWidget {
  const { trans } = languageOf(translator);
  const widget = new MainAreaWidget({ content, translator });
  widget.toolbar.hide();
  widget.id = `jp-aibro-log-${content.jobId}`;
  widget.title.label = trans.__('Log: %1', name);
  widget.title.caption = trans.__('Log of job %1', content.jobId);
  widget.title.icon = logIcon;
  widget.title.closable = true;
  return widget;
}
