/** How memory and prices are written. Pure. */

import { perLocale } from './language';
import type { ILanguage } from './language';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

const short = perLocale(
  locale => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
);

/**
 * Memory in the binary units that machines are specified in: `32 GiB`, `512 MiB`.
 *
 * @param bytes - not negative.
 */
export function formatMemory(
  bytes: number,
  { locale, trans }: ILanguage
): string {
  const number = short(locale);
  return bytes < GIB
    ? trans.__('%1 MiB', number.format(bytes / MIB))
    : trans.__('%1 GiB', number.format(bytes / GIB));
}

const price = perLocale(
  locale =>
    new Intl.NumberFormat(locale, {
      minimumFractionDigits: 2,
      maximumFractionDigits: 4
    })
);

/** A price without a currency, because the currency is not known: `0.22`, `3.00`, `0.0035`. */
export function formatPrice(value: number, locale?: string): string {
  return price(locale).format(value);
}
