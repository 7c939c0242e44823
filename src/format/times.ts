/** How points in time are written. Pure. Times are in seconds since the epoch. */

import { perLocale } from './language';

/**
 * A running clock: `0:42`, `12:05`, `1:02:03`, rounded like `formatDuration`.
 *
 * @param seconds - a duration; a negative one counts as 0, because clocks differ a little.
 */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds + 0.5));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const two = (value: number) => String(value).padStart(2, '0');
  return hours
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['week', 7 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60]
];

const ago = perLocale(
  locale =>
    new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
);

/** How long ago something happened: `now`, `2 min. ago`, `yesterday`. */
export function formatAgo(then: number, now: number, locale?: string): string {
  const passed = Math.max(0, now - then);
  for (const [unit, seconds] of STEPS) {
    if (passed >= seconds) {
      return ago(locale).format(-Math.floor(passed / seconds), unit);
    }
  }
  return ago(locale).format(0, 'second');
}

const moment = perLocale(
  locale =>
    new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'medium'
    })
);

/** The full date and time, for tooltips. */
export function formatMoment(at: number, locale?: string): string {
  return moment(locale).format(at * 1000);
}

const time = perLocale(
  locale => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
);

/** The time of day, preceded by the date unless it is today. */
export function formatRecent(at: number, now: number, locale?: string): string {
  const [day, today] = [at, now].map(it => new Date(it * 1000).toDateString());
  return day === today
    ? time(locale).format(at * 1000)
    : formatMoment(at, locale);
}

const precise = perLocale(
  locale =>
    new Intl.DateTimeFormat(locale, {
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3
    })
);

/** The time of day with milliseconds. */
export function formatTimeOfDay(at: number, locale?: string): string {
  return precise(locale).format(at * 1000);
}
