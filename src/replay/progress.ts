/** A replay's progress and outcome, as text. Pure. */

import type { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, Verdict } from '../api';
import { verdictLook, verdictWord } from './verdict';

/** A notification shows 140 characters; this many may come from a description. */
const MAX_TITLE = 32;

/** The title of a replay's notification: its description, or that of the job it replays. */
export function replayTitle(
  replay: Job,
  recorded: Job,
  trans: TranslationBundle
): string {
  const own = replay.default_description ? '' : titleOf(replay.description);
  return own
    ? trans.__('Replay: %1', own)
    : trans.__(
        'Replay of %1',
        titleOf(recorded.description) || recorded.job_id
      );
}

/** What a replay is doing now. */
export function progressWords(job: Job, trans: TranslationBundle): string {
  switch (job.substatus) {
    case 'REQUESTING SERVER':
      return job.note || trans.__('Asking for an instance');
    case 'CONNECTING SERVER':
      return trans.__('Connecting to the instance');
    case 'SENDING MODEL & DATA':
      return trans.__('Sending model and data');
    case 'GEARING ENV':
      return trans.__('Loading framework, model and data');
    case 'TRAINING':
      return trans.__(
        'Training, epoch %1 of %2',
        Math.min(job.epoch + 1, job.epochs),
        job.epochs
      );
    case 'RETURNING':
      return trans.__('Fetching the result');
    default:
      return trans.__('Comparing with the recorded job');
  }
}

/** The share of a replay's epochs that have ended, from 0 to 1. */
export function endedShare(job: Job): number {
  return job.epochs > 0 ? job.epoch / job.epochs : 0;
}

/** The outcome of a replay, as its notification shows it. */
export interface IEnding {
  readonly words: string;
  readonly type: Notification.TypeOptions;
}

/**
 * The outcome of a replay: its verdict and a sentence about it, or why it was canceled.
 *
 * @param verdict - null when it could not be read.
 */
export function endingOf(
  job: Job,
  verdict: Verdict | null,
  trans: TranslationBundle
): IEnding {
  const wasStopped = verdict === null || verdict.verdict === 'NOT_COMPARABLE';
  if (job.status === 'CANCELED' && wasStopped) {
    return {
      words: trans.__('Canceled: %1', job.reason ?? ''),
      type: job.reason_kind === 'user' ? 'info' : 'error'
    };
  }
  if (verdict === null) {
    return {
      words: trans.__('Ended, but its verdict could not be read.'),
      type: 'warning'
    };
  }
  return {
    words: `${verdictWord(verdict.verdict)}. ${verdict.sentence}`,
    type: verdictLook(verdict.verdict).type
  };
}

/** The first line of a description, shortened to fit. */
function titleOf(description: string): string {
  const [line] = description.split('\n', 1);
  return line.length > MAX_TITLE ? `${line.slice(0, MAX_TITLE - 1)}…` : line;
}
