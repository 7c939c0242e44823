import { ENDED_STATUSES, PERIODS } from '../api/_models';
import type { PeriodName, Timeline } from '../api/_models';

/** A stretch of time, in seconds since the epoch. */
export interface IStretch {
  readonly start: number;
  readonly end: number;
}

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
  /** In order; several when the period happened in pieces. */
  readonly pieces: readonly IStretch[];
}

/** A timeline at one moment. */
export interface IReading {
  readonly rows: readonly IRow[];
  /** When the first thing happened, in seconds since the epoch. */
  readonly start: number;
  /** Seconds from the first thing that happened to the end, or to now. */
  readonly wallTime: number;
  /** When no period went on: the job waited for something. */
  readonly idle: readonly IStretch[];
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
      }))
      .sort((a, b) => a.start - b.start);
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
        open: !ended && periods.some(it => it.name === name && it.end === null),
        pieces
      }
    ];
  });
  const idle = gapsBetween(
    rows.flatMap(({ pieces }) => pieces),
    { start, end }
  );
  return { rows, start, wallTime, idle, ended };
}

/** The stretches of the whole that none of the parts covers. */
function gapsBetween(
  parts: readonly IStretch[],
  whole: IStretch
): readonly IStretch[] {
  const gaps: IStretch[] = [];
  let reached = whole.start;
  for (const part of [...parts].sort((a, b) => a.start - b.start)) {
    if (part.start > reached) {
      gaps.push({ start: reached, end: part.start });
    }
    reached = Math.max(reached, part.end);
  }
  if (whole.end > reached) {
    gaps.push({ start: reached, end: whole.end });
  }
  return gaps;
}

/** Idle time of the wall time from which it is named. */
const IDLE_SHARE = 0.005;

/**
 * Whether idle time is worth a word, as in `aibro/display/timeline.py`.
 *
 * @param idle - seconds.
 * @param wallTime - seconds.
 */
export function isIdleWorthAWord(idle: number, wallTime: number): boolean {
  return idle > 0 && idle >= IDLE_SHARE * wallTime;
}

/** Seconds in which no period went on. */
export function idleTime({ idle }: IReading): number {
  return idle.reduce((sum, gap) => sum + gap.end - gap.start, 0);
}
