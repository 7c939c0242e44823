/**
 * What an error says, as a sentence for people.
 *
 * @param error - what was caught, which may be no `Error`.
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
