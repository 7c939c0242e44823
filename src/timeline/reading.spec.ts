import { completed, period, T0, training } from '../../jest/timelines';
import { PERIODS } from '../api/_models';
import { idleTime, readTimeline } from './reading';

describe('reading a timeline', () => {
  it('keeps the order of the document, whatever the order of arrival', () => {
    const timeline = completed();
    const shuffled = { ...timeline, periods: [...timeline.periods].reverse() };
    const names = readTimeline(shuffled, 0).rows.map(row => row.name);
    expect(names).toEqual(PERIODS.filter(name => names.includes(name)));
    expect(names).toHaveLength(10);
  });

  it('has no row for a period that did not happen', () => {
    const names = readTimeline(completed(), 0).rows.map(row => row.name);
    expect(names).not.toContain('Request Launch');
  });

  it('gives the wall time and not the sum when periods overlap', () => {
    const timeline = completed({
      ended_at: T0 + 10,
      periods: [period('Env Gear up', 0, 8), period('M&D Transfer', 0, 8)]
    });
    const { rows, wallTime } = readTimeline(timeline, 0);
    expect(wallTime).toBe(10);
    expect(rows.map(row => row.share)).toEqual([0.8, 0.8]);
  });

  it('counts wall time from the call, which is before the job is stored', () => {
    const timeline = completed({ periods: [period('Job Create', -2, 0)] });
    expect(readTimeline(timeline, 0).wallTime).toBeCloseTo(11.8);
  });

  it('lets the open period grow to now', () => {
    const row = (now: number) =>
      readTimeline(training(), T0 + now).rows.find(it => it.open);
    expect(row(5)).toMatchObject({ name: 'Model Training', duration: 1.5 });
    expect(row(8)).toMatchObject({ name: 'Model Training', duration: 4.5 });
  });

  it('ends an open period with its job: a killed job has no growing bar', () => {
    const timeline = training({ status: 'CANCELED', ended_at: T0 + 6 });
    const row = readTimeline(timeline, T0 + 100).rows.at(-1);
    expect(row).toMatchObject({ duration: 2.5, open: false });
  });

  it('adds the pieces of a period when a second machine was asked', () => {
    const timeline = completed({
      periods: [
        period('Instance Connect', 0, 1),
        period('Instance Connect', 5, 7)
      ]
    });
    expect(readTimeline(timeline, 0).rows).toEqual([
      expect.objectContaining({
        start: T0,
        end: T0 + 7,
        duration: 3,
        open: false
      })
    ]);
  });

  it('knows when each attempt began, and what of a period happened in it', () => {
    const { attempts, rows } = readTimeline(
      training({
        periods: [
          period('Env Gear up', 0, 2),
          period('Model Training', 2, 5),
          period('Env Gear up', 7, 8, 2),
          period('Model Training', 8, null, 2)
        ]
      }),
      T0 + 10
    );
    expect(attempts).toEqual([
      { from: 1, to: 1, start: T0 },
      { from: 2, to: 2, start: T0 + 7 }
    ]);
    const [gearUp, fit] = rows;
    expect(gearUp.parts.map(({ to, duration }) => [to, duration])).toEqual([
      [1, 2],
      [2, 1]
    ]);
    expect(fit).toMatchObject({ duration: 5, open: true });
    expect(fit.parts.map(({ open }) => open)).toEqual([false, true]);
  });

  it('says that a short snapshot has the first attempts together', () => {
    const { attempts } = readTimeline(
      completed({
        periods: [
          period('Env Gear up', 0, 2, 3),
          period('Env Gear up', 5, 6, 4)
        ]
      }),
      0
    );
    expect(attempts).toMatchObject([
      { from: 1, to: 3 },
      { from: 4, to: 4 }
    ]);
  });

  it('has no parts of a job that needed one attempt', () => {
    const { attempts, rows } = readTimeline(completed(), 0);
    expect(attempts).toHaveLength(1);
    expect(rows.every(({ parts }) => parts.length === 0)).toBe(true);
  });

  it('has no negative duration when a clock was set back', () => {
    const timeline = training({
      periods: [period('Model Training', 3.5, null)]
    });
    expect(readTimeline(timeline, T0 - 60)).toMatchObject({
      rows: [{ duration: 0 }],
      wallTime: 3.5
    });
  });

  it('knows when no period went on, also before the first and after the last', () => {
    const reading = readTimeline(
      completed({
        ended_at: T0 + 10,
        periods: [
          period('M&D Transfer', 2, 3),
          period('Env Gear up', 1, 4),
          period('Model Training', 6, 9)
        ]
      }),
      0
    );
    expect(reading.idle).toEqual([
      { start: T0, end: T0 + 1 },
      { start: T0 + 4, end: T0 + 6 },
      { start: T0 + 9, end: T0 + 10 }
    ]);
    expect(idleTime(reading)).toBe(4);
  });

  it('is never idle while a period is open', () => {
    const { idle } = readTimeline(training(), T0 + 100);
    expect(idle.every(({ end }) => end < T0 + 3.5)).toBe(true);
  });

  it('has nothing to show of a job that did nothing yet', () => {
    const timeline = training({ periods: [] });
    expect(readTimeline(timeline, T0)).toEqual({
      rows: [],
      start: T0,
      wallTime: 0,
      idle: [],
      attempts: [],
      ended: false
    });
  });
});
