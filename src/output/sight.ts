import type { Widget } from '@lumino/widgets';

/**
 * Tell whenever a widget comes into sight or goes out of it, until it is disposed.
 *
 * What nobody sees need not be kept up to date every second: a notebook may have many outputs.
 */
export function followSight(
  widget: Widget,
  onSight: (isVisible: boolean) => void
): void {
  const observer = new IntersectionObserver(entries =>
    onSight(entries[entries.length - 1].isIntersecting)
  );
  observer.observe(widget.node);
  widget.disposed.connect(() => observer.disconnect());
}
