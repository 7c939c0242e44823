import type { Widget } from '@lumino/widgets';

/**
 * Call back whenever a widget appears on the screen or leaves it, until the widget is disposed.
 *
 * An output that is not visible need not be updated every second: a notebook may have many.
 */
export function followVisibility(
  widget: Widget,
  onChange: (isVisible: boolean) => void
): void {
  const observer = new IntersectionObserver(entries =>
    onChange(entries[entries.length - 1].isIntersecting)
  );
  observer.observe(widget.node);
  widget.disposed.connect(() => observer.disconnect());
}
