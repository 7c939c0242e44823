/** Reading data that anyone may have written or cut, as that of an output. */

/** Data with names, of which nothing else is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether data has names. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether data is one of these words. */
export function isWord<T extends string>(
  words: readonly T[],
  value: unknown
): value is T {
  return words.some(word => word === value);
}

/** Whether data is a number that one can calculate with. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Whether data is a moment that a calendar knows, in seconds since the epoch. */
export function isMoment(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) <= 8.64e12;
}

/** Whether data is such a number or says that there is none. */
export function isNumberOrNull(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

/** Whether data is a text or says that there is none. */
export function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
