/** What the commands on a job have in common, whichever feature adds them. */

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import type { Job } from '../../api';
import { messageOf } from '../../format';
import { CommandIDs } from '../../tokens';
import type { IJobs } from '../../tokens';

/** The arguments of a command on a job, as JSON schema. */
export function jobArgs(trans: TranslationBundle): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      jobId: {
        type: 'string',
        description: trans.__(
          'Id of the job; without it the one selected in the AIbro panel'
        )
      }
    }
  };
}

/** The id of the job a command is to act on. */
export function jobIdOf(
  args: ReadonlyPartialJSONObject,
  jobs: IJobs
): string | undefined {
  return typeof args.jobId === 'string' ? args.jobId : jobs.selected?.job_id;
}

/** Open a job's own page, or its timeline where there is no such page. */
export function openJob(
  commands: CommandRegistry,
  job: Pick<Job, 'job_id'> | undefined
): void {
  const id = [CommandIDs.openJob, CommandIDs.showTimeline].find(command =>
    commands.hasCommand(command)
  );
  const args = job && { jobId: job.job_id };
  if (id && args && commands.isEnabled(id, args)) {
    void commands.execute(id, args);
  }
}

/** Say in words that something did not work. */
export function reportFailure(error: unknown): void {
  // Without `autoClose` only the bell in the status bar would say so.
  Notification.error(messageOf(error), {
    autoClose: false
  });
}
