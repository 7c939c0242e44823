import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { logIcon } from '../jobs/icons';
import { jobArgs, jobIdOf, reportFailure } from '../jobs/target';
import { CommandIDs } from '../tokens';
import type { IJobs } from '../tokens';
import { LogFollower } from './follower';
import { LogViewer } from './viewer';

/** The log of a job in the main area. */
export type LogWidget = MainAreaWidget<LogViewer>;

/** Register the command that opens the log of a job, or shows it when it is open. */
export function addLogCommand(options: {
  commands: CommandRegistry;
  shell: JupyterFrontEnd.IShell;
  jobs: IJobs;
  trans: TranslationBundle;
  tracker: WidgetTracker<LogWidget>;
}): void {
  const { commands, shell, jobs, trans, tracker } = options;
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
      const open = tracker.find(
        ({ content }) => content.follower.jobId === jobId
      );
      if (open) {
        shell.activateById(open.id);
        return;
      }
      try {
        const { description } = await jobs.client.job(jobId);
        const widget = createLog(jobs, jobId, description || jobId, trans);
        await tracker.add(widget);
        shell.add(widget, 'main');
      } catch (error) {
        reportFailure(error);
      }
    }
  });
}

function createLog(
  jobs: IJobs,
  jobId: string,
  name: string,
  trans: TranslationBundle
): LogWidget {
  const content = new LogViewer(new LogFollower(jobs, jobId), trans);
  const widget = new MainAreaWidget({ content });
  widget.id = `jp-aibro-log-${jobId}`;
  widget.title.label = trans.__('Log: %1', name);
  widget.title.caption = trans.__('Log of job %1', jobId);
  widget.title.icon = logIcon;
  widget.title.closable = true;
  return widget;
}
