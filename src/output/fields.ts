/** Reading data that anyone may have written or cut, as that of an output. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isWord<T extends string>(
  words: readonly T[],
  value: unknown
): value is T {
  return words.some(word => word === value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isNumberOrNull(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

export function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
