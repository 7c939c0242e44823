import { formatCount, formatTick } from '../format';
import type { ILanguage, TimeUnit } from '../format';

/** Where an axis of time has its labels. Pure. */

/** A label on the axis. */
export interface ITick {
  /** Seconds from the start of the axis. */
  readonly at: number;
  readonly label: string;
}

/** A unit with the steps in it that people count in; without steps they are 1, 2, 5, 10, 20, ... */
interface IUnit {
  readonly name: TimeUnit;
  readonly seconds: number;
  /** Axes up to so many seconds are labelled in it. */
  readonly until: number;
  readonly steps?: readonly number[];
}

const UNITS: readonly IUnit[] = [
  { name: 'ms', seconds: 0.001, until: 1 },
  { name: 's', seconds: 1, until: 120 },
  {
    name: 'min',
    seconds: 60,
    until: 7200,
    steps: [0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120]
  },
  {
    name: 'h',
    seconds: 3600,
    until: 2 * 86400,
    steps: [0.5, 1, 2, 3, 6, 12, 24, 48]
  },
  { name: 'd', seconds: 86400, until: Infinity }
];

/**
 * Round moments on an axis that begins at 0.
 *
 * @param total - the length of the axis, in seconds.
 * @param most - as many labels as there is room for after the one at 0.
 */
export function ticksOf(
  total: number,
  most: number,
  language: ILanguage
): readonly ITick[] {
  const zero = formatCount(0, language.locale);
  if (!(total > 0) || !Number.isFinite(total)) {
    return [{ at: 0, label: zero }];
  }
  const unit = UNITS.find(({ until }) => total <= until) ?? UNITS[0];
  const length = total / unit.seconds;
  const least = length / Math.max(1, most);
  const step = unit.steps?.find(it => it >= least) ?? roundStep(least);
  const count = Math.floor(length / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => ({
    at: index * step * unit.seconds,
    label: index === 0 ? zero : formatTick(index * step, unit.name, language)
  }));
}

/** The next of 1, 2, 5, 10, 20, ... and of their tenths. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (
    [1, 2, 5, 10].map(it => it * power).find(it => it >= least) ?? 10 * power
  );
}
