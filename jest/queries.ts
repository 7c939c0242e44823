/* Queries for what a user would find in a rendered element. */

/** Queries on an element. They look at its current content each time they are called. */
export interface IQueries {
  /** The text of the element that a selector finds; of the whole element by default. */
  text(selector?: string): string;
  find(selector: string): HTMLElement | null;
  /** The accessible label of the chart. */
  imageLabel(): string | null;
  /** The button with this label; throws if there is none. */
  button(label: string): HTMLButtonElement;
  hasButton(label: string): boolean;
  /** The text of each table row, without the header. */
  rows(): readonly string[];
}

/** Query an element that is looked up again for each query. */
export function queriesIn(root: () => HTMLElement): IQueries {
  const find = (selector: string): HTMLElement | null =>
    root().querySelector(selector);
  const buttonOf = (label: string): HTMLButtonElement | undefined =>
    [...root().querySelectorAll('button')].find(
      ({ textContent }) => textContent === label
    );
  return {
    find,
    text: selector =>
      selector === undefined
        ? root().textContent
        : (find(selector)?.textContent ?? ''),
    imageLabel: () => find('[role=img]')?.getAttribute('aria-label') ?? null,
    button: label => {
      const found = buttonOf(label);
      if (!found) {
        throw new Error(`There is no button ${label}.`);
      }
      return found;
    },
    hasButton: label => buttonOf(label) !== undefined,
    rows: () =>
      [...root().querySelectorAll('tbody tr')].map(row => row.textContent)
  };
}
