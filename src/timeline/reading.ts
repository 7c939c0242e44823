import { PERIODS } from '../api/_models';
import type { Period, PeriodName, Timeline } from '../api/_models';
import { hasEnded } from '../job/model/job';

/** An interval of time, in seconds since the epoch. */
export interface IInterval {
  readonly start: number;
  readonly end: number;
}

/** One of the pieces in which a period happened. */
export interface IPiece extends IInterval {
  readonly attempt: number;
  /** True while it goes on. */
  readonly open: boolean;
}

/**
 * An attempt of the job: each further one begins when its machine was taken away.
 *
 * A snapshot that was cut short has the earliest attempts as one: from the first up to a certain one.
 */
export interface IAttempt {
  readonly from: number;
  readonly to: number;
  /** When the first thing happened in it, in seconds since the epoch. */
  readonly start: number;
}

/** A period as it was in one attempt; times in seconds since the epoch. */
export interface IPart extends IAttempt {
  readonly end: number;
  /** Seconds. */
  readonly duration: number;
  /** True while it goes on. */
  readonly open: boolean;
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
  readonly pieces: readonly IPiece[];
  /** Its part in each attempt; empty where the job had only one. */
  readonly parts: readonly IPart[];
}

/** A timeline at one moment. */
export interface IReading {
  readonly rows: readonly IRow[];
  /** When the first thing happened, in seconds since the epoch. */
  readonly start: number;
  /** Seconds from the first thing that happened to the end, or to now. */
  readonly wallTime: number;
  /** When no period went on: the job waited for something. */
  readonly idle: readonly IInterval[];
  /** In order. */
  readonly attempts: readonly IAttempt[];
  readonly ended: boolean;
}

/**
 * Read a timeline at a moment: the periods that happened, in the order of `PERIODS`.
 *
 * A job whose machine was taken away has a period in several pieces; they are one row.
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
  const attempts = attemptsOf(periods);

  const rows = PERIODS.flatMap((name): IRow[] => {
    const pieces = periods
      .filter(period => period.name === name)
      .map(period => ({
        start: period.start,
        end: Math.max(period.start, period.end ?? last),
        attempt: period.attempt,
        open: !ended && period.end === null
      }))
      .sort((a, b) => a.start - b.start);
    if (pieces.length === 0) {
      return [];
    }
    const whole = together(pieces);
    return [
      {
        name,
        ...whole,
        share: wallTime > 0 ? whole.duration / wallTime : 0,
        pieces,
        parts: attempts.length > 1 ? partsOf(pieces, attempts) : []
      }
    ];
  });
  const idle = gapsBetween(
    rows.flatMap(({ pieces }) => pieces),
    { start, end }
  );
  return { rows, start, wallTime, idle, attempts, ended };
}

/** The attempts of which there are periods. */
function attemptsOf(periods: readonly Period[]): readonly IAttempt[] {
  const numbers = [...new Set(periods.map(({ attempt }) => attempt))];
  return numbers
    .sort((a, b) => a - b)
    .map((to, index) => ({
      from: index === 0 ? 1 : to,
      to,
      start: Math.min(
        ...periods.filter(it => it.attempt === to).map(it => it.start)
      )
    }));
}

function partsOf(
  pieces: readonly IPiece[],
  attempts: readonly IAttempt[]
): readonly IPart[] {
  return attempts.flatMap(({ from, to }) => {
    const own = pieces.filter(({ attempt }) => attempt === to);
    return own.length ? [{ from, to, ...together(own) }] : [];
  });
}

/** From the first piece to the last, and how long they are. */
function together(
  pieces: readonly IPiece[]
): Pick<IRow, 'start' | 'end' | 'duration' | 'open'> {
  return {
    start: Math.min(...pieces.map(piece => piece.start)),
    end: Math.max(...pieces.map(piece => piece.end)),
    duration: pieces.reduce((sum, it) => sum + it.end - it.start, 0),
    open: pieces.some(piece => piece.open)
  };
}

/** The intervals of the whole that no part covers. */
function gapsBetween(
  parts: readonly IInterval[],
  whole: IInterval
): readonly IInterval[] {
  const gaps: IInterval[] = [];
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

/** The share of the wall time from which idle time is mentioned. */
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
