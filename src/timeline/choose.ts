import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { AibroClient } from '../api';

/** As many as one looks through; older jobs are found in the panel. */
const NEWEST = 25;

/**
 * Ask the user for one of the newest jobs.
 *
 * @returns its id, or `null` when the user chose none.
 * @throws AibroRequestError when the jobs cannot be read.
 */
export async function chooseJob(
  client: AibroClient,
  trans: TranslationBundle
): Promise<string | null> {
  const { jobs } = await client.jobs({ limit: NEWEST });
  const items = jobs.map(job =>
    [job.description, job.job_id].filter(part => part).join(' · ')
  );
  const { value } = await InputDialog.getItem({
    title: trans.__('Show timeline'),
    label: jobs.length > 0 ? trans.__('Job') : trans.__('There is no job yet.'),
    items
  });
  const chosen = jobs.find((_, index) => items[index] === value);
  return chosen?.job_id ?? null;
}
