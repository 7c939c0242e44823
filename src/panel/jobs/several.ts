import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { AibroRequestError } from '../../api';
import type { AibroClient } from '../../api';
import { messageOf } from '../../format';
import { reportFailure } from '../../job/model/commands';
import type { IPanelContext } from '../context';

/** Picks those of some jobs on which a command can act now. */
export type Narrow = (jobIds: readonly string[]) => readonly string[];

/**
 * Cancel jobs; when there are several, ask before.
 *
 * @param narrow - called again after the answer: a job that ended meanwhile needs no canceling.
 */
export async function cancelJobs(
  jobIds: readonly string[],
  narrow: Narrow,
  context: IPanelContext
): Promise<void> {
  const { jobs, trans } = context;
  const isSure =
    jobIds.length === 1 ||
    (await confirm(context, {
      title: trans.__('Cancel jobs?'),
      body: trans._n(
        '%1 job will end now; what it trained so far is lost.',
        '%1 jobs will end now; what they trained so far is lost.',
        jobIds.length
      ),
      accept: trans.__('Cancel jobs'),
      reject: trans.__('Let them go on')
    }));
  if (isSure) {
    await forEach(narrow(jobIds), context, id => cancel(id, jobs.client));
  }
}

/** A job that was canceled meanwhile, in another tab perhaps, is as it was wanted. */
async function cancel(jobId: string, client: AibroClient): Promise<void> {
  try {
    await client.cancel(jobId);
  } catch (error) {
    const hadEnded =
      error instanceof AibroRequestError && error.code === 'JobEnded';
    if (!hadEnded || (await client.job(jobId)).status !== 'CANCELED') {
      throw error;
    }
  }
}

/**
 * Delete ended jobs with all that belongs to them, after having asked.
 *
 * @param narrow - called again after the answer: a job that left the list meanwhile is not meant any more.
 */
export async function deleteJobs(
  jobIds: readonly string[],
  narrow: Narrow,
  context: IPanelContext
): Promise<void> {
  const { jobs, list, trans } = context;
  const [jobId] = jobIds;
  const name = list.find(jobId)?.description;
  const isSure = await confirm(
    context,
    jobIds.length === 1
      ? {
          title: trans.__('Delete job?'),
          body: trans.__(
            '“%1” will be removed for good, with its log, its result and its recording.',
            name === undefined || name === '' ? jobId : name
          ),
          accept: trans.__('Delete')
        }
      : {
          title: trans.__('Delete jobs?'),
          body: trans._n(
            '%1 job will be removed for good, with its log, its result and its recording.',
            '%1 jobs will be removed for good, with their logs, results and recordings.',
            jobIds.length
          ),
          accept: trans.__('Delete')
        }
  );
  if (isSure) {
    await forEach(narrow(jobIds), context, id => jobs.client.deleteJob(id));
  }
}

async function confirm(
  { trans }: IPanelContext,
  words: { title: string; body: string; accept: string; reject?: string }
): Promise<boolean> {
  const { button } = await showDialog({
    title: words.title,
    body: words.body,
    buttons: [
      Dialog.cancelButton({ label: words.reject ?? trans.__('Cancel') }),
      Dialog.warnButton({ label: words.accept })
    ]
  });
  return button.accept;
}

/** Do something to one job after the other, also when some fail, and report the failures. */
async function forEach(
  jobIds: readonly string[],
  { trans }: IPanelContext,
  act: (jobId: string) => Promise<unknown>
): Promise<void> {
  const errors: unknown[] = [];
  for (const jobId of jobIds) {
    await act(jobId).catch((error: unknown) => errors.push(error));
  }
  if (jobIds.length === 1 || !errors.length) {
    errors.forEach(reportFailure);
    return;
  }
  const [first] = errors;
  Notification.error(
    trans.__(
      'It failed for %1 of %2 jobs: %3',
      errors.length,
      jobIds.length,
      messageOf(first)
    ),
    { autoClose: false }
  );
}
