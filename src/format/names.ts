/** How names are listed. Pure. */

// Metric names are not translated, so their order does not depend on the language either.
const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * Keeps the given order, but sorts names that differ only in a number: `metric_2` before
 * `metric_10`.
 */
export function inNaturalOrder(names: Iterable<string>): string[] {
  const alike = new Map<string, string[]>();
  for (const name of names) {
    const stem = name.replace(/\d+/g, '0');
    const group = alike.get(stem);
    if (group) {
      group.push(name);
    } else {
      alike.set(stem, [name]);
    }
  }
  return [...alike.values()].flatMap(group => group.sort(compare));
}
