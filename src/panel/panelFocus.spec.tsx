import { ContextMenu, Widget } from '@lumino/widgets';
import { Backend } from '../../jest/backend';
import { disposePanelContext, makePanelContext } from '../../jest/panelContext';
import type { ISpecContext } from '../../jest/panelContext';
import { until } from '../../jest/until';
import type { JobsModel } from '../live/model';
import { addJobCommands } from './jobs/commands';
import { addJobMenu } from './jobs/menu';
import { EVERYTHING } from './list/query';
import { JobsPanel } from './panel';

const ENDED = { status: 'COMPLETED', ended_at: 2000 } as const;

describe('the keyboard focus in the panel', () => {
  let backend: Backend;
  let model: JobsModel;
  let context: ISpecContext;
  let panel: JobsPanel;

  beforeEach(() => {
    // Without a layout the list would have no height, and draw no row.
    jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(400);
    HTMLElement.prototype.scrollTo = () => undefined;
    backend = new Backend();
    context = makePanelContext(backend);
    model = context.jobs;
    addJobCommands(context.commands, context, () => undefined);
    panel = new JobsPanel(context);
    Widget.attach(panel, document.body);
  });

  afterEach(() => {
    panel.dispose();
    disposePanelContext(context);
    jest.restoreAllMocks();
  });

  const focused = (): HTMLElement => document.activeElement as HTMLElement;

  const isOn = (jobId: string) => (): boolean =>
    focused().dataset.jobId === jobId;

  it('goes to the current row when the panel is shown, even before that is drawn', async () => {
    backend.put('a');
    backend.put('b');
    panel.activate();
    await until(() => focused() === panel.node);
    await model.start();
    await until(isOn('b'));
    context.selection.choose(1);
    focused().blur();
    panel.activate();
    await until(isOn('a'));
  });

  it('goes to the search when no job is there', async () => {
    panel.activate();
    await model.start();
    await until(() => focused().getAttribute('type') === 'search');
  });

  it('stays where a person took it while the panel was being drawn', async () => {
    backend.put('a');
    panel.activate();
    await until(() => focused() === panel.node);
    focused().blur();
    await model.start();
    await until(() => panel.node.querySelector('[data-job-id]') !== null);
    expect(focused()).toBe(document.body);
  });

  it('goes on at the way back to all jobs when the last one leaves the list', async () => {
    backend.put('a');
    backend.put('b');
    context.list.query = { ...EVERYTHING, filter: 'active' };
    await model.start();
    panel.activate();
    await until(isOn('b'));
    backend.put('b', ENDED);
    backend.hint();
    await until(isOn('a'));
    backend.put('a', ENDED);
    backend.hint();
    await until(() => focused().textContent === 'Show all jobs');
  });

  it('goes on at the search when the last job is deleted', async () => {
    backend.put('a');
    await model.start();
    panel.activate();
    await until(isOn('a'));
    backend.delete('a');
    backend.hint();
    await until(() => focused().getAttribute('type') === 'search');
  });

  it('comes back to the row when its menu closes', async () => {
    backend.put('a');
    await model.start();
    const menu = new ContextMenu({ commands: context.commands });
    addJobMenu(menu, panel.node, context);
    panel.node.addEventListener('contextmenu', event => menu.open(event));
    panel.activate();
    await until(isOn('a'));
    focused().dispatchEvent(new MouseEvent('contextmenu', { bubbles: true }));
    await until(() => menu.menu.node.contains(focused()));
    menu.menu.close();
    expect(isOn('a')()).toBe(true);
  });
});
