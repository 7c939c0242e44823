import { LabShell } from '@jupyterlab/application';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { SplitPanel, TabPanel } from '@lumino/widgets';
import type { Widget } from '@lumino/widgets';

/** The relative heights of the document and the page below it. */
const SHARES = [1, 1];
/** In px; a page with less height than this cannot be read. */
const LEAST = 100;

/**
 * Show a page: in a tab of JupyterLab's main area or, where the main area holds a single document
 * (Notebook 7), in a tab below it.
 */
export function showPage(shell: JupyterFrontEnd.IShell, page: Widget): void {
  const isLab = shell instanceof LabShell;
  if (!page.isAttached) {
    shell.add(page, isLab ? 'main' : 'down');
  }
  shell.activateById(page.id);
  if (!isLab) {
    reveal(page);
  }
}

/** Select the page's tab and give it some height; by default Notebook 7.6 shows only the tab bar. */
function reveal(page: Widget): void {
  const stack = page.parent;
  const tabs = stack?.parent;
  if (tabs instanceof TabPanel) {
    tabs.currentWidget = page;
    const split = tabs.parent;
    if (split instanceof SplitPanel && page.node.clientHeight < LEAST) {
      split.setRelativeSizes(SHARES);
    }
  }
}
