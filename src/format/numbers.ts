/** How numbers are written. Pure. */

import { perLocale } from './language';
import type { ILanguage } from './language';

/** More digits than can be read off a chart, fewer than it takes to tell neighbouring floats apart. */
const EXACT_DIGITS = 6;

const short = perLocale(
  locale => new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 })
);
const shortScientific = perLocale(
  locale =>
    new Intl.NumberFormat(locale, {
      maximumSignificantDigits: 2,
      notation: 'scientific'
    })
);
const exact = perLocale(
  locale =>
    new Intl.NumberFormat(locale, { maximumSignificantDigits: EXACT_DIGITS })
);
const exactScientific = perLocale(
  locale =>
    new Intl.NumberFormat(locale, {
      maximumSignificantDigits: EXACT_DIGITS,
      notation: 'scientific'
    })
);

/**
 * A metric in few characters: `0.213`, `98.2`, `1.2E-5`.
 *
 * @param value - `null` stands for a number that was not finite (NaN or infinity).
 */
export function formatMetric(value: number | null, locale?: string): string {
  if (value === null) {
    return 'NaN';
  }
  const size = Math.abs(value);
  const isExtreme = size !== 0 && (size < 1e-3 || size >= 1e5);
  return (isExtreme ? shortScientific : short)(locale).format(value);
}

/**
 * A metric for a table, to six digits: `0.683802`.
 *
 * @param value - `null` stands for a number that was not finite; `undefined` means there is no
 * value.
 */
export function formatExact(
  value: number | null | undefined,
  locale?: string
): string {
  if (value === undefined) {
    return '';
  }
  if (value === null) {
    return 'NaN';
  }
  const size = Math.abs(value);
  const isExtreme = size !== 0 && (size < 1e-4 || size >= 1e9);
  return (isExtreme ? exactScientific : exact)(locale).format(value);
}

const whole = perLocale(locale => new Intl.NumberFormat(locale));

/** A count with the locale's digit grouping: `100,000`. */
export function formatCount(value: number, locale?: string): string {
  return whole(locale).format(value);
}

/**
 * A share as a percentage: `62 %`, `<1 %`; an empty string for no share.
 *
 * @param share - from 0 to 1.
 */
export function formatShare(
  share: number,
  { locale, trans }: ILanguage
): string {
  if (!(share > 0) || !Number.isFinite(share)) {
    return '';
  }
  return share < 0.005
    ? trans.__('<%1 %', formatCount(1, locale))
    : trans.__('%1 %', formatCount(Math.floor(share * 100 + 0.5), locale));
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

const sizes = UNITS.map(unit =>
  perLocale(
    locale =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        // Intl has no symbol for the byte, and its short form ("byte") has no plural.
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        maximumSignificantDigits: 3
      })
  )
);

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
  return sizes[step](locale).format(bytes / 1000 ** step);
}

/** The decimal and thousands separators, as plotly.js expects them: `.,`, `, `. */
export function separatorsOf(locale?: string): string {
  const parts = whole(locale).formatToParts(12345.5);
  const find = (type: Intl.NumberFormatPartTypes): string =>
    parts.find(part => part.type === type)?.value ?? '';
  return `${find('decimal')}${find('group')}`;
}
