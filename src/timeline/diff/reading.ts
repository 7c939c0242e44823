import { PERIODS } from '../../api/_models';
import type { PeriodName, TimelineDiff } from '../../api/_models';
import { formatDuration } from '../format';
import { readTimeline } from '../reading';
import type { IReading, IRow } from '../reading';

/** One of the two jobs in one line of a comparison. */
export interface ISide {
  /** Seconds. */
  readonly duration: number;
  /** True while it goes on. */
  readonly open: boolean;
}

/** One line of a comparison. */
export interface IDiffRow {
  /** `null` is the whole job. */
  readonly name: PeriodName | null;
  /** `null` where the period did not happen. */
  readonly first: ISide | null;
  /** `null` where the period did not happen. */
  readonly second: ISide | null;
  /** Seconds that the second took more; negative is what it saved; `null` until both are known. */
  readonly difference: number | null;
}

/** Two timelines at one moment. */
export interface IDiffReading {
  readonly first: IReading;
  readonly second: IReading;
  /** The whole jobs, then the periods of either in the document's order. */
  readonly rows: readonly IDiffRow[];
}

/**
 * Read two timelines at a moment.
 *
 * @param now - seconds since the epoch; open periods reach to here unless their job ended.
 */
export function readDiff(diff: TimelineDiff, now: number): IDiffReading {
  const first = readTimeline(diff.first, now);
  const second = readTimeline(diff.second, now);
  const rowOf = (
    name: PeriodName | null,
    one: ISide | null,
    other: ISide | null
  ): IDiffRow => {
    const took = settled(one, first);
    const takes = settled(other, second);
    const difference = took === null || takes === null ? null : takes - took;
    return { name, first: one, second: other, difference };
  };
  const find = ({ rows }: IReading, name: PeriodName): IRow | null =>
    rows.find(row => row.name === name) ?? null;
  const periods = PERIODS.map(name =>
    rowOf(name, find(first, name), find(second, name))
  ).filter(row => row.first ?? row.second);
  const all = rowOf(null, whole(first), whole(second));
  return { first, second, rows: [all, ...periods] };
}

function whole({ ended, wallTime }: IReading): ISide {
  return { duration: wallTime, open: !ended };
}

/** What a period that did not happen took: nothing, or nobody knows while it still may. */
function settled(side: ISide | null, { ended }: IReading): number | null {
  return side ? (side.open ? null : side.duration) : ended ? 0 : null;
}

/**
 * A difference for people: `−3.02 s`, `+41 ms`, `0 ms`; nothing for what is not known yet.
 *
 * @param seconds - what is negative was saved.
 */
export function formatDifference(seconds: number | null): string {
  if (seconds === null) {
    return '';
  }
  // Less than can be seen in the durations.
  if (Math.abs(seconds) < 0.0005) {
    return formatDuration(0);
  }
  return `${seconds < 0 ? '\u2212' : '+'}${formatDuration(Math.abs(seconds))}`;
}
