/** What a recording's facts are in words. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Difference, Environment, Recording } from '../api';

/** The packages worth a place in the one line, as people write them. */
const FRAMEWORKS: readonly (readonly [string, string])[] = [
  ['keras', 'Keras'],
  ['tensorflow', 'TensorFlow'],
  ['jax', 'JAX'],
  ['torch', 'PyTorch']
];

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

/** The framework that trained, with what it stands on: `Keras 3.15.1, TensorFlow 2.21.0`. */
export function frameworks({ backend, packages }: Environment): string {
  return FRAMEWORKS.filter(
    ([name]) =>
      name in packages && (name === 'keras' || name === backend.toLowerCase())
  )
    .map(([name, title]) => `${title} ${packages[name]}`)
    .join(', ');
}

/** The recording in one line, without what differs here. */
export function recordingWords(
  recording: Recording,
  trans: TranslationBundle,
  locale?: string
): string {
  const { environment, epochs, size_bytes } = recording;
  return [
    frameworks(environment),
    trans.__('Python %1', environment.python),
    trans._n('%1 epoch', '%1 epochs', epochs),
    formatSize(size_bytes, locale)
  ]
    .filter(words => words !== '')
    .join(', ');
}

/** One fact that is not the same here. */
export function differenceWords(
  { name, recorded, current }: Difference,
  trans: TranslationBundle
): string {
  if (current === null) {
    return trans.__('%1: %2 when recorded, missing here', name, recorded ?? '');
  }
  if (recorded === null) {
    return trans.__('%1: %2 here, missing when recorded', name, current);
  }
  return trans.__('%1: %2 when recorded, %3 here', name, recorded, current);
}
