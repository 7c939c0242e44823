/**
 * The message of an error, as a sentence for the user.
 *
 * @param error - what was caught; it need not be an `Error`.
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
