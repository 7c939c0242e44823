import { nullTranslator } from '@jupyterlab/translation';
import { makeJob } from '../../jest/jobs';
import { SpecJobs } from '../../jest/specJobs';
import { AibroClient } from '../api';
import type { Job } from '../api';
import { Settings } from '../settings/settings';
import type { IChoices } from '../tokens';
import { Endings } from './endings';
import { endingWords, endingsWords } from './words';

/** The server's clock in these specs, far from the browser's. */
const NOW = 5000;

const COMPLETED: Partial<Job> = {
  status: 'COMPLETED',
  substatus: 'COMPLETED',
  ended_at: NOW + 10
};

const FAILED: Partial<Job> = {
  status: 'CANCELED',
  substatus: 'CANCELED',
  reason: 'ValueError: loss is NaN\nin epoch 3',
  reason_kind: 'training-error',
  ended_at: NOW + 10
};

describe('what ends', () => {
  let jobs: SpecJobs;
  let told: string[][];

  const watch = (choices: Partial<IChoices> = {}): void => {
    jobs = new SpecJobs(new AibroClient());
    jobs.time = NOW;
    const settings = new Settings();
    jest
      .spyOn(settings, 'current', 'get')
      .mockReturnValue({ ...settings.current, ...choices });
    told = [];
    new Endings(jobs, settings).ended.connect((_, ended) =>
      told.push(ended.map(({ job_id: jobId }) => jobId))
    );
  };

  const change = (...rows: Job[]): void => jobs.change({ jobs: rows });

  it('while the page is open is told, once', () => {
    watch();
    change(makeJob('a'));
    expect(told).toEqual([]);
    change(makeJob('a', COMPLETED));
    change(makeJob('a', { ...COMPLETED, recorded: true }));
    expect(told).toEqual([['a']]);
  });

  it('at the same time is told together', () => {
    watch();
    change(makeJob('a', COMPLETED), makeJob('b'), makeJob('c', FAILED));
    expect(told).toEqual([['a', 'c']]);
  });

  it('had ended before the page was opened: not told, whatever changes of it', () => {
    watch();
    change(makeJob('a', { ...COMPLETED, ended_at: NOW - 60 }));
    change(makeJob('imported', { ...FAILED, foreign: true, ended_at: 1000 }));
    expect(told).toEqual([]);
  });

  it('because its user canceled it is no news', () => {
    watch();
    change(makeJob('a', { ...FAILED, reason_kind: 'user' }));
    expect(told).toEqual([]);
  });

  it('is followed by something else: not told twice', () => {
    watch();
    jobs.followed.add('a');
    change(makeJob('a', COMPLETED));
    expect(told).toEqual([]);
  });

  it('well is not told to who wants to hear of failures only', () => {
    watch({ notifications: 'failures' });
    change(makeJob('a', COMPLETED), makeJob('b', FAILED));
    expect(told).toEqual([['b']]);
  });

  it('is not told to who wants to hear nothing', () => {
    watch({ notifications: 'none' });
    change(makeJob('a', COMPLETED), makeJob('b', FAILED));
    expect(told).toEqual([]);
  });
});

describe('how an ending reads', () => {
  const trans = nullTranslator.load('jupyterlab_aibro');

  it('well: which job, and how long it took', () => {
    const job = makeJob('a', { ...COMPLETED, created_at: NOW - 60 });
    expect(endingWords(job, trans)).toBe(
      'Completed: description of a, in 1:10'
    );
  });

  it('badly: which job, and the first line of why', () => {
    expect(endingWords(makeJob('a', FAILED), trans)).toBe(
      'Failed: description of a\nValueError: loss is NaN'
    );
  });

  it('as a replay: its verdict', () => {
    const job = makeJob('a', { ...COMPLETED, verdict: 'WITHIN_TOLERANCE' });
    expect(endingWords(job, trans)).toBe('WITHIN TOLERANCE: description of a');
  });

  it('without a description: the id', () => {
    const job = makeJob('7f3a', { ...COMPLETED, description: '' });
    expect(endingWords(job, trans)).toContain('7f3a');
  });

  it('whatever its words, within what a notification shows', () => {
    const job = makeJob('a', {
      ...FAILED,
      description: 'd'.repeat(500),
      reason: 'r'.repeat(500)
    });
    expect(endingWords(job, trans).length).toBeLessThanOrEqual(140);
  });

  it('of several jobs: how many, and how many failed', () => {
    const completed = ['a', 'b', 'c'].map(id => makeJob(id, COMPLETED));
    const failed = ['d', 'e'].map(id => makeJob(id, FAILED));
    expect(endingsWords(completed, trans)).toBe('3 jobs ended');
    expect(endingsWords([...completed, ...failed], trans)).toBe(
      '5 jobs ended: 3 completed, 2 failed'
    );
    expect(endingsWords(failed, trans)).toBe('2 jobs failed');
  });
});
