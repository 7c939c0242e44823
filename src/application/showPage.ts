import { LabShell } from '@jupyterlab/application';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { SplitPanel, TabPanel } from '@lumino/widgets';
import type { Widget } from '@lumino/widgets';

/** Of the height, for the document and the page below it. */
const SHARES = [1, 1];
/** With less height than this, in px, a page is not seen. */
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

/** Notebook 7.6 shows the bar of the tabs below, but neither chooses the tab nor gives it a height. */
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
