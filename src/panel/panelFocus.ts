import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import type { IPanelContext } from './context';

/** What the panel lists, and which row is the current one. */
type Listed = Pick<IPanelContext, 'list' | 'selection'>;

/**
 * The element that gets the focus in the panel: the current row, or the search where no row is shown.
 *
 * @returns `null` while it is not drawn yet.
 */
export function focusTarget(
  panel: Element,
  { list, selection }: Listed
): HTMLElement | null {
  const isFolded = panel.querySelector('.jp-Aibro-jobs.jp-mod-folded') !== null;
  return panel.querySelector(
    list.length && !isFolded
      ? `.jp-Aibro-job[aria-rowindex="${selection.current + 1}"]`
      : '.jp-Aibro-search input'
  );
}

/**
 * Move the focus to the panel now, and to its target once that is drawn, unless the user moves the focus
 * elsewhere before.
 *
 * @param panel - has to be focusable itself.
 * @returns to be disposed to stop waiting.
 */
export function focusPanel(panel: HTMLElement, listed: Listed): IDisposable {
  const observer = new MutationObserver(() => goOn());
  const goOn = (): void => {
    const target = focusTarget(panel, listed);
    const isHere = document.activeElement === panel;
    if (target || !isHere) {
      observer.disconnect();
    }
    if (isHere) {
      target?.focus();
    }
  };
  panel.focus();
  observer.observe(panel, {
    childList: true,
    subtree: true,
    attributeFilter: ['aria-rowindex']
  });
  goOn();
  return new DisposableDelegate(() => observer.disconnect());
}
