/** How the end of jobs reads. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job } from '../api';
import { formatClock } from '../format';
import { nameOf } from '../job/model/job';
import { hasFailed } from './endings';

/** A notification shows 140 characters: so many of them are for the job's name. */
const MAX_NAME = 40;

/** And so many for why it failed. */
const MAX_REASON = 85;

/** How a job ended, the weighty words first; at most 140 characters. */
export function endingWords(job: Job, trans: TranslationBundle): string {
  const name = cut(nameOf(job), MAX_NAME);
  if (job.verdict !== null) {
    return trans.__('%1: %2', job.verdict.replaceAll('_', ' '), name);
  }
  return hasFailed(job)
    ? trans.__('Failed: %1\n%2', name, cut(job.reason ?? '', MAX_REASON))
    : trans.__('Completed: %1, in %2', name, duration(job));
}

/** How several jobs ended. */
export function endingsWords(
  jobs: readonly Job[],
  trans: TranslationBundle
): string {
  const count = jobs.length;
  const failed = jobs.filter(hasFailed).length;
  if (failed === count) {
    return trans._n('%1 job failed', '%1 jobs failed', count);
  }
  const ended = trans._n('%1 job ended', '%1 jobs ended', count);
  return failed
    ? trans.__('%1: %2 completed, %3 failed', ended, count - failed, failed)
    : ended;
}

function duration(job: Job): string {
  return formatClock((job.ended_at ?? job.created_at) - job.created_at);
}

/** The first line of a text, cut to what fits. */
function cut(text: string, most: number): string {
  const [line] = text.split('\n', 1);
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
