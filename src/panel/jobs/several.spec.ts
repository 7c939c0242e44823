import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import { ContextMenu } from '@lumino/widgets';
import { Backend } from '../../../jest/backend';
import {
  disposePanelContext,
  makePanelContext
} from '../../../jest/panelContext';
import type { ISpecContext } from '../../../jest/panelContext';
import { until } from '../../../jest/until';
import type { JobsModel } from '../../live/model';
import { CommandIDs } from '../../tokens';
import type { JobList } from '../list/list';
import { EVERYTHING } from '../list/query';
import type { Selection } from '../list/selection';
import { addJobCommands } from './commands';
import { addJobMenu } from './menu';

const ENDED = {
  status: 'COMPLETED',
  substatus: 'COMPLETED',
  ended_at: 2000
} as const;

describe('several jobs at once', () => {
  let backend: Backend;
  let context: ISpecContext;
  let model: JobsModel;
  let list: JobList;
  let selection: Selection;
  let commands: CommandRegistry;
  /** Method and path of what was asked of single jobs. */
  let asked: string[];

  beforeEach(async () => {
    backend = new Backend();
    // From top to bottom: d, c, b, a; the even ones have ended.
    for (const [number, jobId] of ['a', 'b', 'c', 'd'].entries()) {
      const created = { created_at: 1000 + number };
      backend.put(jobId, number % 2 ? created : { ...created, ...ENDED });
    }
    asked = [];
    backend.override = (method, path) => {
      if (/^jobs\/./.test(path)) {
        asked.push(`${method} ${path}`);
      }
      return null;
    };
    context = makePanelContext(backend);
    ({ jobs: model, list, selection, commands } = context);
    addJobCommands(commands, context, () => undefined);
    await model.start();
    await until(() => list.length === 4);
    selection.chooseAll();
  });

  afterEach(() => {
    Notification.dismiss();
    disposePanelContext(context);
  });

  const answer = async (accept: boolean): Promise<string> => {
    await until(() => document.querySelector('.jp-Dialog') !== null);
    const dialog = document.querySelector('.jp-Dialog');
    const text = dialog?.querySelector('.jp-Dialog-body')?.textContent ?? '';
    dialog
      ?.querySelector<HTMLElement>(accept ? '.jp-mod-warn' : '.jp-mod-reject')
      ?.click();
    await until(() => document.querySelector('.jp-Dialog') === null);
    return text;
  };

  it('are canceled as far as they have not ended, after a question', async () => {
    expect(commands.label(CommandIDs.cancel)).toBe('Cancel 2 Jobs');
    const done = commands.execute(CommandIDs.cancel);
    expect(await answer(true)).toContain('2 jobs will end now');
    await done;
    expect(asked).toEqual(['POST jobs/d/cancel', 'POST jobs/b/cancel']);
  });

  it('go on when the question is answered with no', async () => {
    const done = commands.execute(CommandIDs.cancel);
    await answer(false);
    await done;
    expect(asked).toEqual([]);
  });

  it('are deleted as far as they have ended', async () => {
    expect(commands.label(CommandIDs.deleteJob)).toBe('Delete 2 Jobs…');
    const done = commands.execute(CommandIDs.deleteJob);
    expect(await answer(true)).toContain('2 jobs will be removed for good');
    await done;
    expect(asked).toEqual(['DELETE jobs/c', 'DELETE jobs/a']);
  });

  it('are all tried although one fails, which is said once', async () => {
    backend.override = (method, path) => {
      asked.push(`${method} ${path}`);
      const body = { message: 'Job d has ended.', code: 'JobEnded' };
      return path === 'jobs/d/cancel'
        ? { status: 409, body: JSON.stringify(body) }
        : null;
    };
    const done = commands.execute(CommandIDs.cancel);
    await answer(true);
    await done;
    expect(asked).toContain('POST jobs/b/cancel');
    expect(
      Notification.manager.notifications.map(({ message }) => message)
    ).toEqual(['It failed for 1 of 2 jobs: Job d has ended.']);
  });

  it('are not canceled when they ended while the question stood there', async () => {
    const done = commands.execute(CommandIDs.cancel);
    await until(() => document.querySelector('.jp-Dialog') !== null);
    backend.put('d', ENDED);
    backend.hint();
    await until(() => list.find('d')?.ended_at !== null);
    await answer(true);
    await done;
    expect(asked).toEqual(['POST jobs/b/cancel']);
  });

  it('are not meant any more once they left what is listed, whatever a menu says', async () => {
    list.query = { ...EVERYTHING, filter: 'active' };
    await until(() => list.length === 2);
    selection.chooseAll();
    const { ids: jobIds } = selection;
    expect(jobIds).toEqual(['d', 'b']);
    backend.put('d', ENDED);
    backend.hint();
    await until(() => list.length === 1);
    expect(commands.isEnabled(CommandIDs.deleteJob, { jobIds })).toBe(false);
    expect(commands.label(CommandIDs.copyId, { jobIds })).toBe('Copy Job Id');
    await commands.execute(CommandIDs.cancel, { jobIds });
    expect(asked).toEqual(['POST jobs/b/cancel']);
  });

  it('of which another tab has canceled one: nothing is said of it', async () => {
    backend.override = (method, path) => {
      const body = { message: 'Job d is over already.', code: 'JobEnded' };
      if (method === 'POST' && path === 'jobs/d/cancel') {
        backend.put('d', { status: 'CANCELED', ended_at: 2000 });
        return { status: 409, body: JSON.stringify(body) };
      }
      return null;
    };
    await commands.execute(CommandIDs.cancel, { jobId: 'd' });
    expect(backend.count('jobs/d/cancel')).toBe(1);
    expect(Notification.manager.count).toBe(0);
  });

  it('are left alone by a command that names another job', async () => {
    expect(commands.label(CommandIDs.cancel, { jobId: 'd' })).toBe(
      'Cancel Job'
    );
    await commands.execute(CommandIDs.cancel, { jobId: 'd' });
    expect(asked).toEqual(['POST jobs/d/cancel']);
  });

  describe('in the context menu', () => {
    /** The entries of the menu of a row: commands with their arguments. */
    const entriesOf = (jobId: string): unknown[] => {
      const menu = new ContextMenu({ commands });
      const node = document.createElement('div');
      node.innerHTML = `<div class="jp-Aibro-job" data-job-id="${jobId}"></div>`;
      addJobMenu(menu, node, { list, selection });
      node.addEventListener('contextmenu', event => menu.open(event));
      document.body.append(node);
      const event = new MouseEvent('contextmenu', { bubbles: true });
      node.firstElementChild?.dispatchEvent(event);
      const entries = menu.menu.items
        .filter(item => item.isVisible)
        .map(({ command, args }) => [command, args]);
      menu.menu.close();
      node.remove();
      return entries;
    };

    it('are compared when there are two, the older one first', () => {
      commands.addCommand(CommandIDs.compareTimelines, {
        execute: () => undefined
      });
      selection.choose(1);
      selection.toggle(3);
      expect(entriesOf('c')[0]).toEqual([
        CommandIDs.compareTimelines,
        { first: 'a', second: 'c' }
      ]);
    });

    it('have only what can be done with several', () => {
      const jobIds = ['d', 'c', 'b', 'a'];
      expect(entriesOf('c')).toEqual([
        [CommandIDs.cancel, { jobIds }],
        [CommandIDs.copyId, { jobIds }],
        [CommandIDs.deleteJob, { jobIds }]
      ]);
    });

    it('are not meant by the menu of a row outside of the selection', () => {
      selection.choose(0);
      selection.toggle(1);
      expect(entriesOf('a')).toContainEqual([
        CommandIDs.deleteJob,
        { jobId: 'a' }
      ]);
    });
  });
});
