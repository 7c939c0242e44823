/** Pure formatting of times and numbers, for people. */

/** The BCP 47 tag of a JupyterLab language code (`fr_FR` → `fr-FR`); undefined lets the browser choose. */
export function localeOf(languageCode: string | undefined): string | undefined {
  const tag = languageCode?.replaceAll('_', '-');
  return tag ? Intl.NumberFormat.supportedLocalesOf([tag])[0] : undefined;
}

/** A formatter of each locale: making one takes a hundred times as long as using it. */
function perLocale<T>(
  make: (locale?: string) => T
): (locale: string | undefined) => T {
  const made = new Map<string | undefined, T>();
  return locale => {
    const formatter = made.get(locale) ?? make(locale);
    made.set(locale, formatter);
    return formatter;
  };
}

/**
 * A running clock: `0:42`, `12:05`, `1:02:03`.
 *
 * @param seconds - a duration; less than nothing counts as nothing (clocks differ a little).
 */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
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

/**
 * How long ago: `now`, `2 min. ago`, `yesterday`.
 *
 * @param then - seconds since the epoch.
 * @param now - seconds since the epoch.
 */
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

/** A moment in full, for tooltips. */
export function formatMoment(seconds: number, locale?: string): string {
  return moment(locale).format(seconds * 1000);
}

const standard = perLocale(
  locale => new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 })
);
const scientific = perLocale(
  locale =>
    new Intl.NumberFormat(locale, {
      maximumSignificantDigits: 2,
      notation: 'scientific'
    })
);

/**
 * A metric in few characters: `0.213`, `98.2`, `1.2E-5`.
 *
 * @param value - `null` is what became of a number that is not finite.
 */
export function formatMetric(value: number | null, locale?: string): string {
  if (value === null) {
    return 'NaN';
  }
  const size = Math.abs(value);
  const isExtreme = size !== 0 && (size < 1e-3 || size >= 1e5);
  return (isExtreme ? scientific : standard)(locale).format(value);
}

/** A count with the locale's grouping: `100,000`. */
export function formatCount(value: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/**
 * A size in the unit that fits: `4.2 MB`.
 *
 * @param bytes - not negative.
 */
export function formatSize(bytes: number, locale?: string): string {
  const step = Math.min(
    UNITS.length - 1,
    Math.floor(Math.log10(Math.max(1, bytes)) / 3)
  );
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step],
    maximumSignificantDigits: 3
  }).format(bytes / 1000 ** step);
}
