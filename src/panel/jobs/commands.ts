import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon, deleteIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import type { Job } from '../../api';
import { jobArgs, jobIdOf, reportFailure } from '../../job/model/commands';
import { aibroIcon, cancelIcon } from '../../job/model/icons';
import { hasEnded } from '../../job/model/job';
import { CommandIDs } from '../../tokens';
import type { IPanelContext } from '../context';
import type { Selection } from '../list/selection';
import type { Narrow } from './several';

/**
 * Register the commands on jobs.
 *
 * A command is enabled when it applies to the job, as far as the panel knows it; for a job that the panel
 * does not know, the server decides.
 */
export function addJobCommands(
  commands: CommandRegistry,
  context: IPanelContext,
  showPanel: () => void
): void {
  const { jobs, list, selection, trans, locale } = context;

  /** A command on one job or several: it acts on those that it applies to, as far as that is known. */
  const addJobsCommand = (
    id: string,
    options: {
      label: (count: number) => string;
      caption: string;
      icon: LabIcon;
      fits?: (job: Job) => boolean;
      execute: (
        jobIds: readonly string[],
        narrow: Narrow
      ) => Promise<void> | void;
    }
  ): void => {
    const { label, caption, icon, fits, execute } = options;
    const narrow: Narrow = jobIds =>
      jobIds.filter(jobId => {
        const job = list.find(jobId);
        if (!job) {
          // Of several, the user means those in the list: one that has left it is not meant any more.
          return jobIds.length === 1 || selection.has(jobId);
        }
        return !fits || fits(job);
      });
    const fitting = (args: ReadonlyPartialJSONObject): readonly string[] =>
      narrow(jobIdsOf(args, selection));
    commands.addCommand(id, {
      label: args => label(Math.max(1, fitting(args).length)),
      caption,
      icon,
      describedBy: { args: severalJobsArgs(trans) },
      isEnabled: args => fitting(args).length > 0,
      execute: async args => {
        const jobIds = fitting(args);
        if (jobIds.length) {
          await execute(jobIds, narrow);
        }
      }
    });
  };

  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('AIbro Jobs'),
    caption: trans.__('Show the panel with the jobs and instances'),
    // Its neighbours in the View menu have no icons.
    icon: args => (args.isMenu ? undefined : aibroIcon),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          jobId: {
            type: 'string',
            description: trans.__('Id of a job to go to in the list')
          }
        }
      }
    },
    execute: ({ jobId }) => {
      showPanel();
      if (typeof jobId === 'string') {
        list.reveal(jobId);
      }
    }
  });

  addJobsCommand(CommandIDs.cancel, {
    label: count => trans._n('Cancel Job', 'Cancel %1 Jobs', count),
    caption: trans.__('End the job now; what it trained so far is lost'),
    icon: cancelIcon,
    fits: job => !hasEnded(job) && !job.cancel_requested,
    execute: async (jobIds, narrow) => {
      const { cancelJobs } = await import('./several');
      await cancelJobs(jobIds, narrow, context);
    }
  });

  addJobsCommand(CommandIDs.copyId, {
    label: count => trans._n('Copy Job Id', 'Copy %1 Job Ids', count),
    caption: trans.__('Copy the id of the job to the clipboard'),
    icon: copyIcon,
    execute: jobIds => Clipboard.copyToSystem(jobIds.join('\n'))
  });

  addJobsCommand(CommandIDs.deleteJob, {
    label: count => trans._n('Delete Job…', 'Delete %1 Jobs…', count),
    caption: trans.__('Remove an ended job with its log and its results'),
    icon: deleteIcon,
    fits: hasEnded,
    execute: async (jobIds, narrow) => {
      const { deleteJobs } = await import('./several');
      await deleteJobs(jobIds, narrow, context);
    }
  });

  commands.addCommand(CommandIDs.deleteRecording, {
    label: trans.__('Delete Recording…'),
    caption: trans.__('Free what was recorded of an ended job'),
    icon: deleteIcon,
    describedBy: { args: jobArgs(trans) },
    isEnabled: args => {
      const jobId = jobIdOf(args, jobs);
      const job = jobId && list.find(jobId);
      return !!jobId && (!job || (job.recorded && hasEnded(job)));
    },
    execute: async args => {
      const jobId = jobIdOf(args, jobs);
      if (!jobId) {
        return;
      }
      try {
        const { confirmDeletion } = await import('./recording');
        if (await confirmDeletion(jobs.client, jobId, trans, locale)) {
          await jobs.client.deleteRecording(jobId);
        }
      } catch (error) {
        reportFailure(error);
      }
    }
  });
}

/** The arguments of a command that can act on several jobs, as JSON schema. */
function severalJobsArgs(trans: TranslationBundle): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      jobId: {
        type: 'string',
        description: trans.__('Id of the job')
      },
      jobIds: {
        type: 'array',
        items: { type: 'string' },
        description: trans.__(
          'Ids of several jobs; without any id those selected in the AIbro panel'
        )
      }
    }
  };
}

/** The ids of the jobs a command is to act on. */
function jobIdsOf(
  args: ReadonlyPartialJSONObject,
  selection: Selection
): readonly string[] {
  const { jobId, jobIds } = args;
  if (typeof jobId === 'string') {
    return [jobId];
  }
  return Array.isArray(jobIds)
    ? jobIds.filter(id => typeof id === 'string')
    : selection.ids;
}
