/** How durations are written. Pure. */

import { perLocale } from './language';
import type { ILanguage } from './language';

/** Digits after the point. */
type Decimals = 0 | 1 | 2;

const decimals = [0, 1, 2].map(digits =>
  perLocale(
    locale =>
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: false
      })
  )
);
const twoDigits = perLocale(
  locale => new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 })
);

/** Round half up, as Python does in `aibro/display/`. */
function round(value: number): number {
  return Math.floor(value + 0.5);
}

/**
 * A duration for people: `40 ms`, `3.02 s`, `42.3 s`, `2 min 05 s`, `1 h 02 min`, `3 d 04 h`.
 *
 * `aibro/display/timeline.py` writes durations the same way in English; both are tested against
 * `tests/display/durations.json`.
 *
 * @param seconds - a negative or non-finite number counts as 0.
 */
export function formatDuration(
  seconds: number,
  { locale, trans }: ILanguage
): string {
  const number = (value: number, digits: Decimals = 0): string => {
    const scale = 10 ** digits;
    return decimals[digits](locale).format(round(value * scale) / scale);
  };
  const padded = (value: number): string => twoDigits(locale).format(value);
  if (!(seconds > 0) || !Number.isFinite(seconds)) {
    return trans.__('%1 ms', number(0));
  }
  if (seconds < 0.0005) {
    return trans.__('<%1 ms', number(1));
  }
  if (seconds < 0.9995) {
    return trans.__('%1 ms', number(seconds * 1000));
  }
  if (seconds < 9.995) {
    return trans.__('%1 s', number(seconds, 2));
  }
  if (seconds < 59.95) {
    return trans.__('%1 s', number(seconds, 1));
  }
  const whole = round(seconds);
  if (whole < 3600) {
    return trans.__(
      '%1 min %2 s',
      number(Math.floor(whole / 60)),
      padded(whole % 60)
    );
  }
  const minutes = round(seconds / 60);
  if (minutes < 1440) {
    return trans.__(
      '%1 h %2 min',
      number(Math.floor(minutes / 60)),
      padded(minutes % 60)
    );
  }
  const hours = round(seconds / 3600);
  return trans.__(
    '%1 d %2 h',
    number(Math.floor(hours / 24)),
    padded(hours % 24)
  );
}

/**
 * An estimated duration, rounded so that it does not look exact: `3 s`, `2 min`, `1 h 05 min`.
 *
 * @param seconds - not negative.
 */
export function formatAbout(seconds: number, language: ILanguage): string {
  const { locale, trans } = language;
  const number = decimals[0](locale);
  if (seconds < 59.5) {
    return trans.__('%1 s', number.format(Math.max(1, round(seconds))));
  }
  const minutes = round(seconds / 60);
  return minutes < 60
    ? trans.__('%1 min', number.format(minutes))
    : trans.__(
        '%1 h %2 min',
        number.format(Math.floor(minutes / 60)),
        twoDigits(locale).format(minutes % 60)
      );
}

/**
 * A difference between two durations, with its sign: `−3.02 s`, `+41 ms`, `0 ms`.
 *
 * @param seconds - negative means that time was saved.
 */
export function formatDifference(seconds: number, language: ILanguage): string {
  // Too small a difference to show in the formatted durations.
  if (Math.abs(seconds) < 0.0005) {
    return formatDuration(0, language);
  }
  const sign = seconds < 0 ? '\u2212' : '+';
  return `${sign}${formatDuration(Math.abs(seconds), language)}`;
}

/** The units of an axis of time. */
export type TimeUnit = 'ms' | 's' | 'min' | 'h' | 'd';

/** A round number of a unit, for an axis: `200 ms`, `1.5 s`. */
export function formatTick(
  value: number,
  unit: TimeUnit,
  { locale, trans }: ILanguage
): string {
  const number = ticks(locale).format(value);
  switch (unit) {
    case 'ms':
      return trans.__('%1 ms', number);
    case 's':
      return trans.__('%1 s', number);
    case 'min':
      return trans.__('%1 min', number);
    case 'h':
      return trans.__('%1 h', number);
    case 'd':
      return trans.__('%1 d', number);
  }
}

const ticks = perLocale(
  locale => new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 })
);
