/* What a person finds in what is drawn. */

/** Looks for things in an element, as it is at the moment of the question. */
export interface IQueries {
  /** The text of what a selector finds, or of all. */
  text(selector?: string): string;
  find(selector: string): HTMLElement | null;
  /** The label of what is drawn. */
  imageLabel(): string | null;
  /** The button of a label; throws when there is none. */
  button(label: string): HTMLButtonElement;
  hasButton(label: string): boolean;
  /** The texts of a table's rows, without its head. */
  rows(): readonly string[];
}

/** Look for things in the element that there is when one asks. */
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
