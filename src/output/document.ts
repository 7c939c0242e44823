import { PageConfig } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

type NotebookContext = NotebookPanel['context'];

/** How long a hidden tab waits, in ms, so that a visible one may claim the notebook first. */
const PRECEDENCE = 2000;

/** The notebooks that this tab writes into, until they are closed. */
const claimed = new WeakSet<NotebookContext>();

/**
 * False when the widget is in a notebook that cannot be saved, or that another tab of the browser
 * has open and writes into: saved by both, it would be in conflict with itself.
 */
export async function mayChange(widget: Widget): Promise<boolean> {
  // Not by the DOM: a windowed notebook removes cells from it.
  for (let it: Widget | null = widget; it; it = it.parent) {
    if (it instanceof NotebookPanel) {
      const { context } = it;
      const { model, contentsModel } = context;
      const isWritable = !model.readOnly && contentsModel?.writable !== false;
      return isWritable && (await claim(context));
    }
  }
  return true;
}

async function claim(context: NotebookContext): Promise<boolean> {
  if (document.hidden) {
    await new Promise(resolve => setTimeout(resolve, PRECEDENCE));
  }
  // Browsers have no locks for pages that did not come over https or from this machine.
  const locks = (navigator as Partial<Navigator>).locks;
  if (claimed.has(context) || !locks || context.isDisposed) {
    return !context.isDisposed;
  }
  const name = `aibro:${PageConfig.getBaseUrl()}:${context.path}`;
  return new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, lock => {
        resolve(lock !== null || claimed.has(context));
        return lock && held(context);
      })
      .catch(reject);
  });
}

/** Settles when the document is closed. */
function held(context: NotebookContext): Promise<void> {
  claimed.add(context);
  return new Promise(resolve => context.disposed.connect(() => resolve()));
}
