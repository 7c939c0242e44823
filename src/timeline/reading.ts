import { ENDED_STATUSES, PERIODS } from '../api/_models';
import type { PeriodName, Timeline } from '../api/_models';

/** One period as the charts and the table show it; times in seconds since the epoch. */
export interface IRow {
  readonly name: PeriodName;
  readonly start: number;
  readonly end: number;
  /** Seconds; less than `end - start` when the period happened in pieces. */
  readonly duration: number;
  /** Of the wall time; shares of overlapping periods add up to more than 1. */
  readonly share: number;
  /** True while the period goes on. */
  readonly open: boolean;
}

/** A timeline at one moment. */
export interface IReading {
  readonly rows: readonly IRow[];
  /** Seconds from the first thing that happened to the end, or to now. */
  readonly wallTime: number;
  readonly ended: boolean;
}

/** True when the job of this timeline is over. */
export function hasEnded(timeline: Timeline): boolean {
  return ENDED_STATUSES.includes(timeline.status);
}

/**
 * Read a timeline at a moment: the periods that happened, in the document's order.
 *
 * A job that had to ask a second machine has a period in several pieces; they are one row.
 *
 * @param now - seconds since the epoch; open periods reach to here unless the job ended.
 */
export function readTimeline(timeline: Timeline, now: number): IReading {
  const ended = hasEnded(timeline);
  const { periods, created_at } = timeline;
  const last = ended ? (timeline.ended_at ?? timeline.as_of) : now;
  const start = Math.min(created_at, ...periods.map(period => period.start));
  const end = Math.max(
    start,
    last,
    ...periods.map(period => period.end ?? period.start)
  );
  const wallTime = end - start;

  const rows = PERIODS.flatMap((name): IRow[] => {
    const pieces = periods
      .filter(period => period.name === name)
      .map(period => ({
        start: period.start,
        end: Math.max(period.start, period.end ?? last)
      }));
    if (pieces.length === 0) {
      return [];
    }
    const duration = pieces.reduce((sum, it) => sum + it.end - it.start, 0);
    return [
      {
        name,
        start: Math.min(...pieces.map(piece => piece.start)),
        end: Math.max(...pieces.map(piece => piece.end)),
        duration,
        share: wallTime > 0 ? duration / wallTime : 0,
        open: !ended && periods.some(it => it.name === name && it.end === null)
      }
    ];
  });
  return { rows, wallTime, ended };
}
