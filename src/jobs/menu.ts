import { DisposableSet } from '@lumino/disposable';
import type { ContextMenu } from '@lumino/widgets';
import { CommandIDs } from '../tokens';

const COMMANDS = [
  CommandIDs.showTimeline,
  CommandIDs.showLog,
  CommandIDs.replay,
  CommandIDs.cancel,
  CommandIDs.copyId,
  CommandIDs.deleteJob
];

/**
 * Put the commands on a job into the context menu of its row.
 *
 * The items are made anew as a menu is about to open, with the row's id as their arguments: so every
 * command acts on that row, whichever plugin it comes from, and tells by its state whether it fits.
 *
 * @param node - what the rows are in.
 */
export function addJobMenu(contextMenu: ContextMenu, node: HTMLElement): void {
  let items = new DisposableSet();
  node.addEventListener(
    'contextmenu',
    event => {
      items.dispose();
      items = new DisposableSet();
      const row = (event.target as Element).closest<HTMLElement>(
        '[data-job-id]'
      );
      if (!row) {
        return;
      }
      for (const [rank, command] of COMMANDS.entries()) {
        const args = { jobId: row.dataset.jobId ?? null };
        const selector = '.jp-Aibro-job[data-job-id]';
        items.add(contextMenu.addItem({ command, args, selector, rank }));
      }
    },
    // Before the application opens the menu.
    { capture: true }
  );
}
