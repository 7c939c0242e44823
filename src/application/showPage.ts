import { LabShell } from '@jupyterlab/application';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { SplitPanel, TabPanel } from '@lumino/widgets';
import type { Widget } from '@lumino/widgets';

/** How the document and the page below it share the height. */
const SHARES = [1, 1];
/** With less height than this, in px, a page cannot be read. */
const LEAST = 100;

/**
 * Show a page: in a tab of JupyterLab's main area or, where the main area holds one document alone
 * as in Notebook 7, in a tab below it.
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

/** Select the tab and give it a height: Notebook 7.6 itself shows only the bar of the tabs. */
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
