import { Clipboard, Dialog, showDialog } from '@jupyterlab/apputils';
import { addIcon, copyIcon, deleteIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Job } from '../api';
import { CommandIDs } from '../tokens';
import type { IPanelContext } from './context';
import { aibroIcon, cancelIcon, closingIcon } from './icons';
import { isActive } from './status';
import { jobArgs, jobIdOf, reportFailure } from './target';

/**
 * Register the commands on jobs and instances.
 *
 * What the panel knows of a job decides whether a command is enabled; of unknown ids the server judges.
 */
export function addJobCommands(
  commands: CommandRegistry,
  context: IPanelContext,
  showPanel: () => void
): void {
  const { jobs, list, instances, settings, trans } = context;

  /** A command on one job, enabled while `fits` its state, as far as that is known. */
  const addJobCommand = (
    id: string,
    options: {
      label: string;
      caption: string;
      icon: LabIcon;
      fits?: (job: Job) => boolean;
      execute: (jobId: string) => Promise<void> | void;
    }
  ): void => {
    const { label, caption, icon, fits, execute } = options;
    commands.addCommand(id, {
      label,
      caption,
      icon,
      describedBy: { args: jobArgs(trans) },
      isEnabled: args => {
        const jobId = jobIdOf(args, jobs);
        const job = jobId && list.find(jobId);
        return !!jobId && (!job || !fits || fits(job));
      },
      execute: async args => {
        const jobId = jobIdOf(args, jobs);
        if (!jobId) {
          return;
        }
        try {
          await execute(jobId);
        } catch (error) {
          reportFailure(error);
        }
      }
    });
  };

  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show AIbro Jobs'),
    caption: trans.__('Show the panel with the jobs and instances'),
    icon: aibroIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: showPanel
  });

  addJobCommand(CommandIDs.cancel, {
    label: trans.__('Cancel Job'),
    caption: trans.__('End the job now; what it trained so far is lost'),
    icon: cancelIcon,
    fits: job => isActive(job) && !job.cancel_requested,
    execute: async jobId => {
      await jobs.client.cancel(jobId);
    }
  });

  addJobCommand(CommandIDs.copyId, {
    label: trans.__('Copy Job Id'),
    caption: trans.__('Copy the id of the job to the clipboard'),
    icon: copyIcon,
    execute: jobId => Clipboard.copyToSystem(jobId)
  });

  addJobCommand(CommandIDs.deleteJob, {
    label: trans.__('Delete Job…'),
    caption: trans.__('Remove an ended job with its log and its results'),
    icon: deleteIcon,
    fits: job => !isActive(job),
    execute: async jobId => {
      const job = list.find(jobId);
      const { button } = await showDialog({
        title: trans.__('Delete job?'),
        body: trans.__(
          '“%1” will be removed for good, with its log, its result and its recording.',
          job ? job.description || jobId : jobId
        ),
        buttons: [
          Dialog.cancelButton(),
          Dialog.warnButton({ label: trans.__('Delete') })
        ]
      });
      if (button.accept) {
        await jobs.client.deleteJob(jobId);
      }
    }
  });

  const instanceArgs = {
    type: 'object',
    properties: {
      instanceId: {
        type: 'string',
        description: trans.__('Id of the instance')
      },
      seconds: {
        type: 'number',
        description: trans.__('How much longer the instance is held')
      }
    },
    required: ['instanceId']
  } as const;

  const isCooling = ({ instanceId }: ReadonlyPartialJSONObject): boolean =>
    typeof instanceId === 'string' &&
    (instances.find(instanceId)?.status ?? 'COOLING') === 'COOLING';

  commands.addCommand(CommandIDs.extendInstance, {
    label: trans.__('Extend Instance'),
    caption: trans.__('Hold the cooling instance longer'),
    icon: addIcon,
    describedBy: { args: instanceArgs },
    isEnabled: isCooling,
    execute: async ({ instanceId, seconds }) => {
      const body = {
        seconds: typeof seconds === 'number' ? seconds : settings.extendSeconds
      };
      await jobs.client
        .extendInstance(instanceId as string, body)
        .catch(reportFailure);
    }
  });

  commands.addCommand(CommandIDs.closeInstance, {
    label: trans.__('Close Instance'),
    caption: trans.__('Close the cooling instance now'),
    icon: closingIcon,
    describedBy: { args: instanceArgs },
    isEnabled: isCooling,
    execute: async ({ instanceId }) => {
      await jobs.client
        .closeInstance(instanceId as string)
        .catch(reportFailure);
    }
  });
}
