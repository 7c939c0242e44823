import { nullTranslator } from '@jupyterlab/translation';
import { makeJob } from '../../jest/jobs';
import { makeVerdict } from '../../jest/recordings';
import type { JobSubstatus, Verdict, VerdictName } from '../api';
import { endingOf, endedShare, progressWords, replayTitle } from './progress';

const trans = nullTranslator.load('jupyterlab_aibro');

function verdict(name: VerdictName): Verdict {
  return makeVerdict({ verdict: name });
}

describe('a replay on its way', () => {
  it.each<[JobSubstatus, string]>([
    ['REQUESTING SERVER', 'Asking for an instance'],
    ['CONNECTING SERVER', 'Connecting to the instance'],
    ['SENDING MODEL & DATA', 'Sending model and data'],
    ['GEARING ENV', 'Loading framework, model and data'],
    ['TRAINING', 'Training, epoch 3 of 10'],
    ['RETURNING', 'Fetching the result']
  ])('%s reads “%s”', (substatus, words) => {
    expect(progressWords(makeJob('b', { substatus }), trans)).toBe(words);
  });

  it('says what it waits for', () => {
    const note = 'Waiting for a free slot: 5 of 5 jobs are active';
    const job = makeJob('b', { substatus: 'REQUESTING SERVER', note });
    expect(progressWords(job, trans)).toBe(note);
  });

  it('never counts beyond the last epoch', () => {
    const job = makeJob('b', { epoch: 10, epochs: 10 });
    expect(progressWords(job, trans)).toBe('Training, epoch 10 of 10');
    expect(endedShare(job)).toBe(1);
  });

  it.each([
    ['does it repeat?', 'digits', 'Replay: does it repeat?'],
    ['why?\nsecond line', 'digits', 'Replay: why?'],
    ['Replay of digits', 'digits', 'Replay: Replay of digits'],
    ['', 'digits', 'Replay of digits'],
    ['', '', 'Replay of a'],
    ['', 'wide '.repeat(9), 'Replay of wide wide wide wide wide wide w…']
  ])('described %j, of the job %j, is called “%s”', (own, other, title) => {
    const replay = makeJob('b', {
      description: own || `Replay of ${other || 'a'}`,
      default_description: !own
    });
    const recorded = makeJob('a', { description: other });
    expect(replayTitle(replay, recorded, trans)).toBe(title);
  });
});

describe('a replay at its end', () => {
  const completed = makeJob('b', { status: 'COMPLETED', ended_at: 1 });
  const canceled = makeJob('b', {
    status: 'CANCELED',
    reason: 'ValueError: loss is NaN',
    reason_kind: 'training-error',
    ended_at: 1
  });

  it.each<[VerdictName, string, string]>([
    ['IDENTICAL', 'IDENTICAL', 'success'],
    ['WITHIN_TOLERANCE', 'WITHIN TOLERANCE', 'success'],
    ['DIVERGED', 'DIVERGED', 'warning'],
    ['ISSUE_REPRODUCED', 'ISSUE REPRODUCED', 'success'],
    ['ISSUE_NOT_REPRODUCED', 'ISSUE NOT REPRODUCED', 'warning'],
    ['NOT_COMPARABLE', 'NOT COMPARABLE', 'info']
  ])('%s is said as word and sentence', (name, word, type) => {
    expect(endingOf(completed, verdict(name), trans)).toEqual({
      words: `${word}. Every bit agrees.`,
      type
    });
  });

  it('that failed as the recorded job did has reproduced the issue', () => {
    const { words } = endingOf(canceled, verdict('ISSUE_REPRODUCED'), trans);
    expect(words).toBe('ISSUE REPRODUCED. Every bit agrees.');
  });

  it('that could not run says why', () => {
    const ending = endingOf(canceled, verdict('NOT_COMPARABLE'), trans);
    expect(ending).toEqual({
      words: 'Canceled: ValueError: loss is NaN',
      type: 'error'
    });
    const byUser = { ...canceled, reason: 'by the user', reason_kind: 'user' };
    expect(endingOf(byUser as typeof canceled, null, trans)).toEqual({
      words: 'Canceled: by the user',
      type: 'info'
    });
  });

  it('owns up when the verdict cannot be read', () => {
    expect(endingOf(completed, null, trans).type).toBe('warning');
  });
});
