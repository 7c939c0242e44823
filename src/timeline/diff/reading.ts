import { PERIODS } from '../../api/_models';
import type { PeriodName, TimelineDiff } from '../../api/_models';
import { idleTime, isIdleWorthAWord, readTimeline } from '../reading';
import type { IReading, IRow } from '../reading';

/** One of the two jobs in one line of a comparison. */
export interface ISide {
  /** Seconds. */
  readonly duration: number;
  /** True while it goes on. */
  readonly open: boolean;
}

/** What a line of a comparison is of: the whole jobs, a period, or the time in which none went on. */
export type DiffRowName = 'all' | PeriodName | 'idle';

/** One line of a comparison. */
export interface IDiffRow {
  readonly name: DiffRowName;
  /** `null` where the period did not happen. */
  readonly first: ISide | null;
  /** `null` where the period did not happen. */
  readonly second: ISide | null;
  /** Seconds that the second job took longer; negative when it was faster; `null` until both are known. */
  readonly difference: number | null;
}

/** Two timelines at one moment. */
export interface IDiffReading {
  readonly first: IReading;
  readonly second: IReading;
  /** The whole jobs, the periods of either in the order of `PERIODS`, and idle time when it is worth mentioning. */
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
    name: DiffRowName,
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
  const all = rowOf('all', whole(first), whole(second));
  return { first, second, rows: [all, ...periods, ...idleRow(first, second)] };
}

/** The time in which a job waited for something; a job that goes on may do so again. */
function idleRow(first: IReading, second: IReading): readonly IDiffRow[] {
  const [one, other] = [first, second].map(idleTime);
  const isWorthIt =
    isIdleWorthAWord(one, first.wallTime) ||
    isIdleWorthAWord(other, second.wallTime);
  return isWorthIt
    ? [
        {
          name: 'idle',
          first: { duration: one, open: false },
          second: { duration: other, open: false },
          difference: first.ended && second.ended ? other - one : null
        }
      ]
    : [];
}

function whole({ ended, wallTime }: IReading): ISide {
  return { duration: wallTime, open: !ended };
}

/** The final duration; 0 for a period that did not happen, `null` while it may still change. */
function settled(side: ISide | null, { ended }: IReading): number | null {
  return side ? (side.open ? null : side.duration) : ended ? 0 : null;
}
