/** How names are listed. Pure. */

// Names are the same in every language, and so is their order.
const { compare } = new Intl.Collator('en', { numeric: true });

/** As people count: `metric_2` before `metric_10`. */
export function inNaturalOrder(names: Iterable<string>): string[] {
  return [...names].sort(compare);
}
