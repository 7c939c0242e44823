import { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

/** True unless the widget is in a notebook that cannot be saved. */
export function mayChange(widget: Widget): boolean {
  // Not by the DOM: a windowed notebook takes cells out of it.
  for (let it: Widget | null = widget; it; it = it.parent) {
    if (it instanceof NotebookPanel) {
      const { model, contentsModel } = it.context;
      return !model.readOnly && contentsModel?.writable !== false;
    }
  }
  return true;
}
