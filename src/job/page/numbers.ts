/** A metric as text; `null` is a value that is not a finite number, `undefined` no value at all. */
export type NumberWords = (value: number | null | undefined) => string;

/** More digits than a chart can show, fewer than it takes to tell two bits apart. */
const DIGITS = 6;

/** Make what writes the metrics of a table or a chart. */
export function numberWords(locale: string | undefined): NumberWords {
  const standard = new Intl.NumberFormat(locale, {
    maximumSignificantDigits: DIGITS
  });
  const scientific = new Intl.NumberFormat(locale, {
    maximumSignificantDigits: DIGITS,
    notation: 'scientific'
  });
  return value => {
    if (value === undefined) {
      return '';
    }
    if (value === null) {
      return 'NaN';
    }
    const size = Math.abs(value);
    const isExtreme = size !== 0 && (size < 1e-4 || size >= 1e9);
    return (isExtreme ? scientific : standard).format(value);
  };
}
