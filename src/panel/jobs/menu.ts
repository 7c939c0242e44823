import { DisposableSet } from '@lumino/disposable';
import type { ContextMenu } from '@lumino/widgets';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { CommandIDs } from '../../tokens';
import type { JobList } from '../list/list';
import type { Selection } from '../list/selection';
import { focusTarget } from '../panelFocus';

type MenuItem = readonly [command: string, args: ReadonlyJSONObject];

/** What can be done with one job. */
function itemsOfOne(jobId: string): MenuItem[] {
  return [
    CommandIDs.openJob,
    CommandIDs.openReplay,
    CommandIDs.showTimeline,
    CommandIDs.showLog,
    CommandIDs.openTensorBoard,
    [CommandIDs.compareTimelines, { first: jobId }] as const,
    CommandIDs.replay,
    CommandIDs.saveReport,
    CommandIDs.cancel,
    CommandIDs.copyId,
    CommandIDs.deleteRecording,
    CommandIDs.deleteJob
  ].map(item => (typeof item === 'string' ? [item, { jobId }] : item));
}

/** What can be done with several jobs at once. */
function itemsOfSeveral(jobIds: readonly string[], list: JobList): MenuItem[] {
  const args = { jobIds: [...jobIds] };
  const items: MenuItem[] = [
    [CommandIDs.cancel, args],
    [CommandIDs.copyId, args],
    [CommandIDs.deleteJob, args]
  ];
  if (jobIds.length === 2) {
    // The older one first: the question is what the newer one did better.
    const age = (jobId: string): number => list.find(jobId)?.created_at ?? 0;
    const [first, second] = [...jobIds].sort((a, b) => age(a) - age(b));
    items.unshift([CommandIDs.compareTimelines, { first, second }]);
  }
  return items;
}

/**
 * Put the commands on jobs into the context menu of their rows.
 *
 * The items are made whenever a menu is about to open, with the ids of the jobs as their arguments: so
 * every command acts on those jobs, whichever plugin it comes from, and is enabled when it applies to
 * them. A command that no plugin has registered is not shown.
 *
 * @param node - the element that contains the rows.
 */
export function addJobMenu(
  contextMenu: ContextMenu,
  node: HTMLElement,
  { list, selection }: { list: JobList; selection: Selection }
): void {
  let items = new DisposableSet();
  const { menu } = contextMenu;
  selection.changed.connect(() => {
    // The labels of an open menu say how many jobs are selected.
    if (menu.isAttached) {
      menu.update();
    }
  });
  menu.aboutToClose.connect(() => {
    // The application has this one context menu; only that of rows has the command that copies ids.
    if (menu.items.some(({ command }) => command === CommandIDs.copyId)) {
      // Otherwise the body would get the focus; and a dialog returns the focus to what has it now.
      focusTarget(node, { list, selection })?.focus();
    }
  });
  node.addEventListener(
    'contextmenu',
    event => {
      items.dispose();
      items = new DisposableSet();
      const jobId = (event.target as Element).closest<HTMLElement>(
        '[data-job-id]'
      )?.dataset.jobId;
      if (jobId === undefined) {
        return;
      }
      const entries =
        selection.size > 1 && selection.has(jobId)
          ? itemsOfSeveral(selection.ids, list)
          : itemsOfOne(jobId);
      for (const [rank, [command, args]] of entries.entries()) {
        const selector = '.jp-Aibro-job[data-job-id]';
        items.add(contextMenu.addItem({ command, args, selector, rank }));
      }
    },
    // Before the application opens the menu.
    { capture: true }
  );
}
