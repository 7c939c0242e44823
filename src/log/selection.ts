import * as React from 'react';
import type { ISpan } from './cache';

/** The most lines that are drawn for the sake of a selection. */
export const SELECTABLE = 2000;

/** The lines that the user's selection goes through; they stay drawn, else it would be lost. */
export function useSelection(
  block: React.RefObject<HTMLElement>
): React.MutableRefObject<ISpan | null> {
  const selected = React.useRef<ISpan | null>(null);
  React.useEffect(() => {
    const onChange = (): void => {
      const selection = document.getSelection();
      // A selection that the mouse extends beyond the log ends in another element.
      const lines = selection?.isCollapsed
        ? []
        : [selection?.anchorNode, selection?.focusNode]
            .map(node => lineOf(node, block.current))
            .filter(line => line !== null);
      selected.current =
        lines.length > 0
          ? { first: Math.min(...lines), last: Math.max(...lines) }
          : null;
    };
    document.addEventListener('selectionchange', onChange);
    return () => document.removeEventListener('selectionchange', onChange);
  }, [block]);
  return selected;
}

/** The lines to draw so that a selection is kept, unless they are too many. */
export function withSelection(span: ISpan, selected: ISpan | null): ISpan {
  if (!selected) {
    return span;
  }
  const first = Math.min(span.first, selected.first);
  const last = Math.max(span.last, selected.last);
  return last - first < SELECTABLE ? { first, last } : span;
}

/** The selected text, a line a row; null when the selection is within one line. */
export function selectedLines(): string | null {
  const selection = document.getSelection();
  if (!selection?.rangeCount) {
    return null;
  }
  const lines = selection
    .getRangeAt(0)
    .cloneContents()
    .querySelectorAll('[data-line]');
  return lines.length
    ? Array.from(lines, line => line.textContent).join('\n')
    : null;
}

function lineOf(
  node: Node | null | undefined,
  block: HTMLElement | null
): number | null {
  const element = node instanceof Element ? node : node?.parentElement;
  const line = element?.closest<HTMLElement>('[data-line]');
  return line && block?.contains(line) ? Number(line.dataset.line) : null;
}
