/** The attempts of a job, in words and as labels on a time axis. Pure. */

import type { ICanvas } from '../chart/canvas';
import type { IText } from '../chart/texts';
import { formatCount, formatDuration } from '../format';
import type { ILanguage } from '../format';
import type { IAttempt, IPart } from './reading';

/** Between a line and its label, and between labels, in px. */
const SPACE = 4;

/** `attempt 2`; of a short snapshot `attempts 1–3`. */
export function attemptWords(
  { from, to }: Pick<IAttempt, 'from' | 'to'>,
  { locale, trans }: ILanguage
): string {
  const last = formatCount(to, locale);
  return from === to
    ? trans.__('attempt %1', last)
    : trans.__('attempts %1–%2', formatCount(from, locale), last);
}

/** The parts of a period in each attempt, a line each. */
export function partWords(
  parts: readonly IPart[],
  language: ILanguage
): string[] {
  return parts.length === 1
    ? [attemptWords(parts[0], language)]
    : parts.map(part =>
        language.trans.__(
          '%1: %2',
          attemptWords(part, language),
          formatDuration(part.duration, language)
        )
      );
}

/**
 * Where the labels of attempts are, so that each is beside its line and on none of the others.
 *
 * @param placeOf - the line of an attempt, in px.
 * @param y - of the middle of the labels, in px.
 */
export function attemptLabels(
  attempts: readonly IAttempt[],
  placeOf: (attempt: IAttempt) => number,
  y: number,
  canvas: ICanvas,
  language: ILanguage
): IText[] {
  let limit = canvas.width;
  // The last one first: readers look for it most.
  return [...attempts].reverse().flatMap((attempt): IText[] => {
    const x = placeOf(attempt) + SPACE;
    const words = [
      attemptWords(attempt, language),
      formatCount(attempt.to, language.locale)
    ];
    const fitting = words.find(it => x + canvas.measure(it) <= limit);
    limit = x - 2 * SPACE;
    return fitting === undefined
      ? []
      : [{ lines: [fitting], x, y, anchor: 'start', look: 'muted' }];
  });
}
