import { createStandaloneCell } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import { CodeCellModel } from '@jupyterlab/cells';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import type { JSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import { AibroServer, SpecJobs } from '../../jest/aibroServer';
import { installBrowser } from '../../jest/browser';
import { completed, training } from '../../jest/timelines';
import { TIMELINE_MIME } from '../api';
import type { Job, Timeline, TimelineBundle } from '../api';
import { CommandIDs } from '../tokens';
import { TimelineRenderer } from './renderer';
import type { IOutputServices } from './renderer';

installBrowser();

const FINAL: TimelineBundle = {
  timeline: completed(),
  html: '<table>the end</table>',
  text: 'the end'
};
const GONE = { message: 'No such job', code: 'JobNotFound', field: null };

let server: AibroServer;
let jobs: SpecJobs;
let commands: CommandRegistry;
let renderer: TimelineRenderer;

beforeEach(async () => {
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockImplementation(() => null);
  // Making a cell outside a document, ydoc warns of itself.
  jest.spyOn(console, 'warn').mockImplementation();
  server = await AibroServer.start();
  jobs = new SpecJobs(server.client());
  commands = new CommandRegistry();
});

afterEach(async () => {
  renderer.dispose();
  await server.stop();
});

/** A code cell whose output holds this data, drawn as JupyterLab draws it. */
async function cellWith(
  data: unknown,
  services: Partial<IOutputServices> = {}
): Promise<CodeCellModel> {
  const cell = new CodeCellModel({
    sharedModel: createStandaloneCell({ cell_type: 'code' }) as YCodeCell
  });
  cell.outputs.add({
    output_type: 'display_data',
    data: {
      [TIMELINE_MIME]: data as JSONObject,
      'text/html': '<table>running</table>',
      'text/plain': 'running'
    },
    metadata: {}
  });
  renderer = new TimelineRenderer({
    trans: nullTranslator.load('jupyterlab_aibro'),
    commands,
    jobs,
    themeManager: null,
    mayChange: () => true,
    ...services
  });
  // An output area draws again whenever its model changes.
  cell.outputs.changed.connect(() => {
    void renderer.renderModel(cell.outputs.get(0));
  });
  Widget.attach(renderer, document.body);
  await renderer.renderModel(cell.outputs.get(0));
  return cell;
}

async function until(met: () => boolean): Promise<void> {
  const deadline = Date.now() + 3000;
  while (!met()) {
    if (Date.now() > deadline) {
      throw new Error('It did not come to that');
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

function text(): string {
  return renderer.node.textContent;
}

function serve(timeline: Timeline): void {
  server.answer = path => ({
    body: path.endsWith('/bundle') ? FINAL : timeline
  });
}

function savedData(cell: CodeCellModel): unknown {
  return (cell.sharedModel.getOutputs()[0] as { data?: unknown }).data;
}

describe('a timeline in an output', () => {
  it('shows title, status and table of a saved snapshot without any server', async () => {
    await cellWith(completed(), { jobs: null });
    await until(() => text().includes('digits, first try'));
    await until(() => text().includes('Of wall time'));
    expect(text()).toContain('9.80 s');
    expect(text()).toContain('COMPLETED');
    const rows = [...renderer.node.querySelectorAll('tbody tr')];
    expect(rows).toHaveLength(10);
    expect(rows[7].textContent).toMatch(/^Model Training.*6\.10 s62 %$/);
  });

  it('has a name for screen readers that says what it shows', async () => {
    await cellWith(completed(), { jobs: null });
    const image = renderer.node.querySelector('[role=img]');
    expect(image?.getAttribute('aria-label')).toBe(
      'Funnel of digits, first try: 9.80 s, COMPLETED. Longest period: Model Training, 6.10 s, 62 % of the wall time.'
    );
  });

  it('says since when it is not up to date', async () => {
    await cellWith(training(), { jobs: null });
    await until(() => text().includes('as of'));
  });

  it('says why a job was canceled', async () => {
    await cellWith(
      completed({ status: 'CANCELED', reason: 'ValueError: loss is NaN' })
    );
    await until(() => text().includes('ValueError: loss is NaN'));
  });

  it('shows markup in a description as text', async () => {
    await cellWith(completed({ description: '<img src=x onerror=alert(1)>' }));
    await until(() => text().includes('<img src=x'));
    expect(renderer.node.querySelector('img')).toBeNull();
  });

  it.each([null, 'text', { job_id: 3 }, { ...completed(), periods: [{}] }])(
    'says so when it cannot be read: %p',
    async data => {
      await cellWith(data);
      expect(text()).toMatch(/cannot be read/);
      expect(server.asked).toEqual([]);
    }
  );

  it('recovers when the cell runs again', async () => {
    const cell = await cellWith({});
    cell.outputs.set(0, {
      output_type: 'display_data',
      data: {
        [TIMELINE_MIME]: completed() as unknown as JSONObject,
        'text/plain': ''
      },
      metadata: {}
    });
    await until(() => text().includes('COMPLETED'));
    expect(text()).not.toContain('cannot be read');
  });
});

describe('when the job ends', () => {
  it('the notebook holds the end in all forms, changed once', async () => {
    serve(training());
    const cell = await cellWith(training());
    await until(() => server.asked.length === 1);
    let changes = 0;
    cell.contentChanged.connect(() => {
      changes += 1;
    });
    serve(completed());
    jobs.change({ jobs: [{ job_id: '7f3a2c91d0' } as Job] });
    await until(() => changes > 0);
    expect(savedData(cell)).toEqual({
      [TIMELINE_MIME]: completed(),
      'text/html': '<table>the end</table>',
      'text/plain': 'the end'
    });
    await until(() => text().includes('COMPLETED'));
    expect(changes).toBe(1);
    expect(server.asked.filter(path => path.endsWith('bundle'))).toHaveLength(
      1
    );
  });

  it('while the notebook was closed, it holds the end after it is opened again', async () => {
    serve(completed());
    const cell = await cellWith(training());
    await until(() => JSON.stringify(savedData(cell)).includes('the end'));
  });

  it('a notebook that cannot be saved is shown the end but not changed', async () => {
    serve(completed());
    const cell = await cellWith(training(), { mayChange: () => false });
    await until(() => text().includes('COMPLETED'));
    expect(JSON.stringify(savedData(cell))).toContain('running');
    expect(server.asked).toEqual(['jobs/7f3a2c91d0/timeline']);
  });

  it('a notebook that holds the end already is not changed', async () => {
    const cell = await cellWith(completed());
    await until(() => text().includes('COMPLETED'));
    jobs.change({ reset: true });
    expect(server.asked).toEqual([]);
    expect(JSON.stringify(savedData(cell))).toContain('running');
  });

  it('the job can be replayed from here', async () => {
    const replayed = jest.fn();
    commands.addCommand(CommandIDs.replay, {
      execute: args => {
        replayed(args);
      }
    });
    await cellWith(completed());
    await until(() => text().includes('Replay…'));
    const button = [...renderer.node.querySelectorAll('button')].find(
      it => it.textContent === 'Replay…'
    );
    button?.click();
    expect(replayed).toHaveBeenCalledWith({ jobId: '7f3a2c91d0' });
  });
});

it('a job that is not here any more leaves its snapshot and a note', async () => {
  server.answer = () => ({ body: GONE, status: 404 });
  await cellWith(training());
  await until(() => text().includes('not here any more'));
  expect(renderer.node.querySelectorAll('tbody tr')).toHaveLength(8);
});
