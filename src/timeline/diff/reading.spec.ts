import { T0, completed, period, training } from '../../../jest/timelines';
import type { Timeline, TimelineDiff } from '../../api';
import { readDiff } from './reading';
import type { IDiffRow } from './reading';

/** The second job, on a cooling instance. */
const WARM: Timeline = completed({
  job_id: 'aa11bb22cc',
  created_at: T0 + 100,
  ended_at: T0 + 106,
  as_of: T0 + 107,
  periods: [
    period('Job Create', 100, 100.041),
    period('Model Training', 100, 106)
  ]
});

function diff(first: Timeline, second: Timeline): TimelineDiff {
  return { first, second, sentence: '' };
}

function find(
  it: TimelineDiff,
  name: IDiffRow['name'],
  now = 0
): IDiffRow | undefined {
  return readDiff(it, now).rows.find(row => row.name === name);
}

describe('comparing two timelines', () => {
  it('begins with the whole jobs, then has the periods of either in order', () => {
    const spot = {
      ...WARM,
      periods: [...WARM.periods, period('Request Launch', 100, 101)]
    };
    const names = readDiff(diff(completed(), spot), 0).rows.map(
      ({ name }) => name
    );
    expect(names.slice(0, 4)).toEqual([
      'all',
      'Job Create',
      'Request Launch',
      'Instance Connect'
    ]);
    expect(names).toHaveLength(13);
  });

  it('says what the second job saved in all', () => {
    expect(find(diff(completed(), WARM), 'all')?.difference).toBeCloseTo(-3.8);
  });

  it('counts a period that the second job did not need as saved', () => {
    const row = find(diff(completed(), WARM), 'Env Gear up');
    expect(row?.second).toBeNull();
    expect(row?.difference).toBeCloseTo(-3.02);
  });

  it('counts a period that only the second job had as taken more', () => {
    expect(
      find(diff(WARM, completed()), 'Env Gear up')?.difference
    ).toBeCloseTo(3.02);
  });

  it('has the time in which a job waited, when that is worth a word', () => {
    const waited = { ...WARM, periods: [period('Model Training', 103, 106)] };
    expect(find(diff(WARM, waited), 'idle')).toMatchObject({
      first: { duration: 0 },
      second: { duration: 3 }
    });
    expect(find(diff(WARM, waited), 'idle')?.difference).toBeCloseTo(3);
    expect(find(diff(WARM, WARM), 'idle')).toBeUndefined();
  });

  it('knows no difference of what goes on or may still come', () => {
    const running = diff(WARM, training());
    const other = diff(completed(), training());
    expect(find(running, 'Model Training', T0 + 7.5)).toMatchObject({
      second: { duration: 4, open: true },
      difference: null
    });
    expect(find(other, 'Result Transfer')?.difference).toBeNull();
    expect(find(other, 'all')?.difference).toBeNull();
    expect(find(other, 'Env Gear up')?.difference).toBeCloseTo(0);
  });
});
