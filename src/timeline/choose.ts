import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { AibroClient } from '../api';

/** As many as one looks through; older jobs are found in the panel. */
const NEWEST = 25;

/** What the user is asked. */
export interface IQuestion {
  readonly title: string;
  readonly label: string;
  /** The id of a job that is no answer. */
  readonly except?: string;
}

/**
 * Ask the user for one of the newest jobs.
 *
 * @returns its id, or `null` when the user chose none.
 * @throws AibroRequestError when the jobs cannot be read.
 */
export async function chooseJob(
  client: AibroClient,
  trans: TranslationBundle,
  { except, label, title }: IQuestion
): Promise<string | null> {
  const page = await client.jobs({ limit: NEWEST });
  const jobs = page.jobs.filter(job => job.job_id !== except);
  const items = jobs.map(job =>
    [job.description, job.job_id].filter(part => part).join(' · ')
  );
  const { value } = await InputDialog.getItem({
    title,
    label:
      jobs.length > 0
        ? label
        : except === undefined
          ? trans.__('There is no job yet.')
          : trans.__('There is no other job yet.'),
    items
  });
  const chosen = jobs.find((_, index) => items[index] === value);
  return chosen?.job_id ?? null;
}
