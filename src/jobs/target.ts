import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import type { IJobs } from '../tokens';

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

/** Say in words that something did not work. */
export function reportFailure(error: unknown): void {
  Notification.error(error instanceof Error ? error.message : String(error));
}
