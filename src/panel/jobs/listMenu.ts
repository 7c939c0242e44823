import { MenuSvg } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import type { JobList } from '../list/list';
import type { IListQuery } from '../list/query';

/**
 * Open the menu for the order of the list and the machine of its jobs.
 *
 * @param machines - ids to choose from.
 * @param anchor - the menu opens below it.
 */
export function openListMenu(
  list: JobList,
  machines: Iterable<string>,
  anchor: Element,
  trans: TranslationBundle
): void {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  const add = (label: string, change: Partial<IListQuery>): void => {
    const [[name, value]] = Object.entries(change);
    const command = `${name}=${value}`;
    commands.addCommand(command, {
      label,
      isToggleable: true,
      isToggled: () => list.query[name as keyof IListQuery] === value,
      execute: () => {
        list.query = { ...list.query, ...change };
      }
    });
    menu.addItem({ command });
  };
  add(trans.__('Newest First'), { sort: '-created' });
  add(trans.__('Oldest First'), { sort: 'created' });
  menu.addItem({ type: 'separator' });
  add(trans.__('On Any Machine'), { machine: '' });
  for (const machine of new Set([list.query.machine, ...machines])) {
    if (machine) {
      add(trans.__('On %1', machine), { machine });
    }
  }
  menu.aboutToClose.connect(() => {
    // The chosen command is executed after the menu has closed.
    requestAnimationFrame(() => menu.dispose());
  });
  const { right, bottom } = anchor.getBoundingClientRect();
  menu.open(right, bottom, { horizontalAlignment: 'right' });
}
