/** A recording's facts, as text. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Difference, Environment, RecordedPart, Recording } from '../api';
import { formatCount, formatSize } from '../format';

/** The packages that the one-line summary names, with their usual spelling. */
const FRAMEWORKS: readonly (readonly [string, string])[] = [
  ['keras', 'Keras'],
  ['tensorflow', 'TensorFlow'],
  ['jax', 'JAX'],
  ['torch', 'PyTorch']
];

/** The framework that trained and the packages below it: `Keras 3.15.1, TensorFlow 2.21.0`. */
export function frameworks({ backend, packages }: Environment): string {
  return FRAMEWORKS.filter(
    ([name]) =>
      name in packages && (name === 'keras' || name === backend.toLowerCase())
  )
    .map(([name, title]) => `${title} ${packages[name]}`)
    .join(', ');
}

/** The recording in one line, without its differences from this machine. */
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

/** Whether a replay would run with the same Python interpreter as the recorded job. */
export function usesRecordedInterpreter({
  differences,
  foreign,
  interpreter
}: Recording): boolean {
  return (
    interpreter !== null &&
    !foreign &&
    !differences.some(({ name }) => name === 'interpreter')
  );
}

/** What was trained and how, in one line. */
export function contentWords(
  recording: Recording,
  trans: TranslationBundle,
  locale?: string
): string {
  const { batch_size, custom_code, fit_arguments, parameters, seed } =
    recording;
  return [
    trans._n(
      '%2 parameter',
      '%2 parameters',
      parameters,
      formatCount(parameters, locale)
    ),
    trans.__('batches of %1', batch_size),
    fit_arguments.length > 0 && trans.__('with %1', fit_arguments.join(', ')),
    seed === null ? trans.__('no seed') : trans.__('seed %1', seed),
    custom_code ? trans.__('custom code: yes') : trans.__('custom code: no')
  ]
    .filter(Boolean)
    .join(', ');
}

/** One stored part of a recording: `train_X: float32 60,000 × 784, 188 MB`. */
export function partWords(
  { name, dtype, shape, size_bytes }: RecordedPart,
  locale?: string
): string {
  const extent = shape?.map(length => formatCount(length, locale)).join(' × ');
  const form = [dtype, extent].filter(Boolean).join(' ');
  const size = formatSize(size_bytes, locale);
  return `${name}: ${form ? `${form}, ` : ''}${size}`;
}

/** One difference between the recording's environment and this one. */
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
