import type { PeriodName } from '../api/_models';

/**
 * Four families, told apart with every kind of colour blindness: getting an instance (blue),
 * preparing it (amber), moving model, data and results (teal), training (magenta).
 *
 * They are data, not decoration, so they do not follow the theme; every shade keeps a contrast
 * of 3:1 against JupyterLab's light and dark backgrounds (see the spec).
 */
export const PERIOD_COLOURS: Readonly<Record<PeriodName, string>> = {
  'Job Create': '#4790d8',
  'Request Launch': '#307bc0',
  'Instance Connect': '#1666aa',
  'API Transfer & Server Setup': '#c37a31',
  'Env Gear up': '#a0601b',
  'M&D Serialization': '#3ea485',
  'M&D Transfer': '#2d9678',
  'M&D Deserialization': '#17886b',
  'Result Serialization': '#0c7b60',
  'Result Transfer': '#006f55',
  'Model Training': '#bc3181'
};

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map(at => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * The contrast of two colours as WCAG defines it, from 1 to 21.
 *
 * @param one - as `#rrggbb`.
 * @param other - as `#rrggbb`.
 */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort(
    (a, b) => a - b
  );
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better on a colour. */
export function inkOn(colour: string): string {
  return contrast(colour, '#000000') > contrast(colour, '#ffffff')
    ? '#000000'
    : '#ffffff';
}
