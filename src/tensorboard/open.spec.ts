import type { JupyterFrontEnd } from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { RouteServer } from '../../jest/routeServer';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import { openTensorBoard } from './open';

const trans = nullTranslator.load('jupyterlab_aibro');
const POST = 'POST aibro/api/jobs/a/tensorboard';

describe('opening TensorBoard', () => {
  let server: RouteServer;
  let client: AibroClient;
  let tabs: Widget[];
  let activated: string[];

  const open = (): Promise<void> => {
    // Only as much of JupyterLab's shell as a page needs.
    const shell = {
      add: (widget: Widget) => {
        tabs.push(widget);
        widget.disposed.connect(() => {
          tabs = tabs.filter(tab => tab !== widget);
        });
        Widget.attach(widget, document.body);
      },
      activateById: (id: string) => activated.push(id),
      widgets: () => tabs
    } as unknown as JupyterFrontEnd.IShell;
    return openTensorBoard('a', { client, shell, trans });
  };

  beforeEach(async () => {
    server = await RouteServer.start();
    client = new AibroClient(server.settings);
    tabs = [];
    activated = [];
    server.on(POST, () => ({ body: { path: 'proxy/6006/' } }));
  });

  afterEach(async () => {
    [...tabs].forEach(tab => tab.dispose());
    await server.stop();
  });

  it('shows the page of the server’s proxy in a tab with a name', async () => {
    await open();
    const frame = tabs[0].node.querySelector('iframe');
    await until(() => frame?.src.endsWith('/proxy/6006/') === true);
    expect(frame?.src).toBe(`${client.serverSettings.baseUrl}proxy/6006/`);
    expect(frame?.title).toBe('TensorBoard of job a');
  });

  it('goes to the tab that is open already', async () => {
    await open();
    await open();
    expect(tabs).toHaveLength(1);
    expect(activated).toEqual([tabs[0].id, tabs[0].id]);
    expect(server.of(POST)).toHaveLength(1);
  });

  it('says what is missing, and leaves no empty tab behind', async () => {
    jest.spyOn(console, 'warn').mockImplementation();
    server.on(POST, () => ({
      status: 501,
      body: {
        message: 'Run pip install jupyterlab-aibro[tensorboard].',
        code: 'MissingExtra',
        field: null
      }
    }));
    const opening = open();
    await until(() => document.querySelector('.jp-Dialog') !== null);
    expect(document.querySelector('.jp-Dialog')?.textContent).toContain(
      'Run pip install jupyterlab-aibro[tensorboard].'
    );
    expect(tabs).toEqual([]);
    document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-reject')?.click();
    await opening;
  });
});
