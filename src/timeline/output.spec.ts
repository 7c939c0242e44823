import { createStandaloneCell } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import { CodeCellModel } from '@jupyterlab/cells';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import type { JSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import { AibroServer, SpecJobs } from '../../jest/aibroServer';
import { installBrowser } from '../../jest/browser';
import { T0, completed, training } from '../../jest/timelines';
import { TIMELINE_MIME } from '../api';
import type { Job, Timeline, TimelineBundle, TimelineDiff } from '../api';
import type { OutputRenderer } from '../output/renderer';
import { CommandIDs } from '../tokens';
import { timelineRenderer } from './output';
import type { ITimelineOutputServices } from './output';

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
let renderer: OutputRenderer;

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
  services: Partial<ITimelineOutputServices> = {}
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
  renderer = timelineRenderer({
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

  it.each([
    ['an error', 'training-error', 'error'],
    ['the user', 'user', undefined]
  ] as const)(
    'is red only when it was an error that ended the job: %s',
    async (_, reason_kind, kind) => {
      await cellWith(
        completed({ status: 'CANCELED', reason: 'What happened', reason_kind })
      );
      await until(() => text().includes('What happened'));
      const [reason, status] = ['reason', 'status'].map(name =>
        renderer.node.querySelector<HTMLElement>(`.jp-Aibro-Timeline-${name}`)
      );
      expect([reason?.dataset.kind, status?.dataset.kind]).toEqual([
        kind,
        kind
      ]);
    }
  );

  it('says in its title how long the job waited for something', async () => {
    await cellWith(completed({ ended_at: T0 + 12 }));
    await until(() => text().includes('12.0 s'));
    expect(text()).toContain('2.31 s idle');
  });

  it('gives its advice under the chart', async () => {
    await cellWith(completed({ advice: 'Keep the instance warm.' }));
    await until(
      () =>
        renderer.node.querySelector('.jp-Aibro-Timeline-advice')
          ?.textContent === 'Keep the instance warm.'
    );
  });

  it('can be seen on a time axis', async () => {
    await cellWith(completed());
    await until(() => text().includes('Time axis'));
    const button = [...renderer.node.querySelectorAll('button')].find(
      it => it.textContent === 'Time axis'
    );
    button?.click();
    await until(() => button?.getAttribute('aria-pressed') === 'true');
    expect(
      renderer.node.querySelector('[role=img]')?.getAttribute('aria-label')
    ).toMatch(/^Time axis of digits, first try: 9\.80 s/);
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

describe('two timelines in an output', () => {
  const second = completed({ job_id: 'aa11bb22cc', description: 'again' });
  const ended: TimelineDiff = {
    first: completed(),
    second,
    sentence: 'Both took 9.80 s.'
  };
  const running: TimelineDiff = {
    first: completed(),
    second: training({ job_id: 'aa11bb22cc', description: 'again' }),
    sentence: 'The second job took 4.80 s less so far.'
  };

  it('show the sentence, whose bars are whose, and a table', async () => {
    await cellWith(ended, { jobs: null });
    await until(() => text().includes('Both took 9.80 s.'));
    expect(text()).toContain('Firstdigits, first try · 9.80 s · COMPLETED');
    const rows = [...renderer.node.querySelectorAll('tbody tr')];
    expect(rows).toHaveLength(11);
    expect(rows[0].textContent).toBe('In all9.80 s9.80 s0 ms');
  });

  it('have a name for screen readers that says what they show', async () => {
    await cellWith(ended, { jobs: null });
    await until(() => text().includes('Both took'));
    expect(
      renderer.node.querySelector('[role=img]')?.getAttribute('aria-label')
    ).toBe('digits, first try and again, period by period. Both took 9.80 s.');
  });

  it('are live until both jobs have ended, and then the notebook holds the end', async () => {
    server.answer = () => ({ body: running });
    const cell = await cellWith(running);
    await until(() => server.asked.length === 1);
    expect(server.asked).toEqual(['jobs/7f3a2c91d0/timeline/diff']);
    server.answer = path => ({
      body: path.endsWith('/bundle')
        ? { diff: ended, html: '<table>the end</table>', text: 'the end' }
        : ended
    });
    jobs.change({ jobs: [{ job_id: 'aa11bb22cc' } as Job] });
    await until(() => JSON.stringify(savedData(cell)).includes('the end'));
    expect(savedData(cell)).toEqual({
      [TIMELINE_MIME]: ended,
      'text/html': '<table>the end</table>',
      'text/plain': 'the end'
    });
    await until(() => text().includes('Both took 9.80 s.'));
  });

  it('stay as they are when one of the jobs is deleted', async () => {
    server.answer = () => ({ body: running });
    await cellWith(running);
    await until(() => server.asked.length === 1);
    jobs.change({ deleted: ['7f3a2c91d0'] });
    await until(() => text().includes('not here any more'));
  });

  it('that cannot be read are told in words', async () => {
    await cellWith({ ...ended, second: 'lost' });
    await until(() => text().includes('cannot be read'));
  });
});
