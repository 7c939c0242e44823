/** Checks for data that anyone may have written or cut off, such as that of an output. */

/** An object of which nothing else is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether data is an object with named fields. */
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

/** Whether data is a moment that `Date` can express, in seconds since the epoch. */
export function isMoment(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) <= 8.64e12;
}

/** Whether data is a finite number, or null. */
export function isNumberOrNull(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

/** Whether data is a text, or null. */
export function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
