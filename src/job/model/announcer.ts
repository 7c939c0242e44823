/** Announces changes of jobs to screen readers: politely, and once however many views of a job are open. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Job } from '../../api';
import { hasEnded, nameOf } from './job';
import { statusWords } from './status';

/** As many sentences stay in the page: a screen reader may still be at the first when the last is added. */
const KEPT = 5;

/** What was announced: no job has the same status twice. */
const said = new Set<string>();

/** The jobs whose end a notification announces. */
const notified = new Set<string>();

let region: HTMLElement | null = null;

/** Leave the end of a job to a notification, which screen readers read out too. */
export function leaveEndToNotification(jobId: string): void {
  notified.add(jobId);
}

/** Announce every change of a job's status from now on, but not its present status. */
export function useAnnouncements(job: Job, trans: TranslationBundle): void {
  const words = statusWords(job.status, job.substatus);
  const first = React.useRef(words);
  // Screen readers announce what is added to a live region, not what is in it from the start.
  React.useEffect(() => void theRegion(), []);
  React.useEffect(() => {
    const isLeft = hasEnded(job) && notified.has(job.job_id);
    if (words !== first.current && !isLeft) {
      announce(`${job.job_id} ${words}`, job, words, trans);
    }
  }, [job, trans, words]);
}

function announce(
  key: string,
  job: Job,
  words: string,
  trans: TranslationBundle
): void {
  if (said.has(key)) {
    return;
  }
  said.add(key);
  const sentence = document.createElement('p');
  sentence.textContent = trans.__('Job %1: %2', nameOf(job), words);
  const sentences = theRegion();
  sentences.append(sentence);
  if (sentences.childElementCount > KEPT) {
    sentences.firstElementChild?.remove();
  }
}

/** The one place in the page where jobs are announced. */
function theRegion(): HTMLElement {
  if (!region) {
    region = document.createElement('div');
    region.className = 'jp-Aibro-forReaders jp-Aibro-announcements';
    region.setAttribute('aria-live', 'polite');
    document.body.append(region);
  }
  return region;
}
