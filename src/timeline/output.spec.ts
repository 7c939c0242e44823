import type { CodeCellModel } from '@jupyterlab/cells';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { AibroServer } from '../../jest/aibroServer';
import { installBrowser } from '../../jest/browser';
import { cellWith, savedData, showAnew } from '../../jest/cells';
import { queriesIn } from '../../jest/queries';
import { SpecJobs } from '../../jest/specJobs';
import { T0, completed, retried, training } from '../../jest/timelines';
import { until } from '../../jest/until';
import { TIMELINE_MIME } from '../api';
import type { Job, Timeline, TimelineBundle, TimelineDiff } from '../api';
import { languageOf } from '../format';
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
  server = await AibroServer.start();
  jobs = new SpecJobs(server.client());
  commands = new CommandRegistry();
});

afterEach(async () => {
  renderer.dispose();
  await server.stop();
});

/** A cell whose output holds this data. */
function show(
  data: unknown,
  services: Partial<ITimelineOutputServices> = {}
): Promise<CodeCellModel> {
  renderer = timelineRenderer({
    ...languageOf(nullTranslator),
    commands,
    jobs,
    themeManager: null,
    mayChange: () => true,
    ...services
  });
  return cellWith(TIMELINE_MIME, data, renderer);
}

const { button, find, imageLabel, rows, text } = queriesIn(() => renderer.node);

function serve(timeline: Timeline): void {
  server.answer = path => ({
    body: path.endsWith('/bundle') ? FINAL : timeline
  });
}

describe('a timeline in an output', () => {
  it('shows title, status and table of a saved snapshot without any server', async () => {
    await show(completed(), { jobs: null });
    await until(() => text().includes('digits, first try'));
    await until(() => text().includes('Of wall time'));
    expect(text()).toContain('9.80 s');
    expect(text()).toContain('COMPLETED');
    expect(rows()).toHaveLength(10);
    expect(rows()[7]).toMatch(/^Model Training.*6\.10 s62 %$/);
  });

  it('has a name for screen readers that says what it shows', async () => {
    await show(completed(), { jobs: null });
    expect(imageLabel()).toBe(
      'Funnel of digits, first try: 9.80 s, COMPLETED. Longest period: Model Training, 6.10 s, 62 % of the wall time.'
    );
  });

  it('says since when it is not up to date', async () => {
    await show(training(), { jobs: null });
    await until(() => text().includes('as of'));
  });

  it('says why a job was canceled', async () => {
    await show(
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
      await show(
        completed({ status: 'CANCELED', reason: 'What happened', reason_kind })
      );
      await until(() => text().includes('What happened'));
      const [reason, status] = ['reason', 'status'].map(name =>
        find(`.jp-Aibro-Timeline-${name}`)
      );
      expect([reason?.dataset.kind, status?.dataset.kind]).toEqual([
        kind,
        kind
      ]);
    }
  );

  it('says in its title how long the job waited for something', async () => {
    await show(completed({ ended_at: T0 + 12 }));
    await until(() => text().includes('12.0 s'));
    expect(text()).toContain('2.31 s idle');
  });

  it('says in title and table which attempt it is', async () => {
    await show(retried(), { jobs: null });
    await until(() => text().includes('attempt 2'));
    const fits = rows().filter(row => row.startsWith('Model Training'));
    expect(fits).toEqual([
      expect.stringMatching(/^Model Training1.*3\.50 s22 %$/),
      expect.stringMatching(/^Model Training2.*4\.70 s29 %$/)
    ]);
  });

  it('gives its advice under the chart', async () => {
    await show(completed({ advice: 'Keep the instance warm.' }));
    await until(
      () => text('.jp-Aibro-Timeline-advice') === 'Keep the instance warm.'
    );
  });

  it('can be seen on a time axis', async () => {
    await show(completed());
    await until(() => text().includes('Time axis'));
    const axis = button('Time axis');
    axis.click();
    await until(() => axis.getAttribute('aria-pressed') === 'true');
    expect(imageLabel()).toMatch(/^Time axis of digits, first try: 9\.80 s/);
  });

  it('shows markup in a description as text', async () => {
    await show(completed({ description: '<img src=x onerror=alert(1)>' }));
    await until(() => text().includes('<img src=x'));
    expect(find('img')).toBeNull();
  });

  it.each([null, 'text', { job_id: 3 }, { ...completed(), periods: [{}] }])(
    'is the output in plain text when it cannot be read: %p',
    async data => {
      await show(data);
      expect(text()).toBe('running');
      expect(server.asked).toEqual([]);
    }
  );

  it('says so when it cannot be read and has no text, until the cell runs again', async () => {
    const cell = await show({});
    showAnew(cell, TIMELINE_MIME, {});
    await until(() => text().includes('cannot be read'));
    showAnew(cell, TIMELINE_MIME, completed());
    await until(() => text().includes('COMPLETED'));
    expect(text()).not.toContain('cannot be read');
  });
});

describe('when the job ends', () => {
  it('the notebook holds the end in all forms, changed once', async () => {
    serve(training());
    const cell = await show(training());
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
    const cell = await show(training());
    await until(() => JSON.stringify(savedData(cell)).includes('the end'));
  });

  it('a notebook that cannot be saved is shown the end but not changed', async () => {
    serve(completed());
    const cell = await show(training(), { mayChange: () => false });
    await until(() => text().includes('COMPLETED'));
    expect(JSON.stringify(savedData(cell))).toContain('running');
    expect(server.asked).toEqual(['jobs/7f3a2c91d0/timeline']);
  });

  it('a notebook that holds the end already is not changed', async () => {
    const cell = await show(completed());
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
    await show(completed());
    await until(() => text().includes('Replay…'));
    button('Replay…').click();
    expect(replayed).toHaveBeenCalledWith({ jobId: '7f3a2c91d0' });
  });
});

it('a job that is not here any more leaves its snapshot and a note', async () => {
  server.answer = () => ({ body: GONE, status: 404 });
  await show(training());
  await until(() => text().includes('not here any more'));
  expect(rows()).toHaveLength(8);
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
    await show(ended, { jobs: null });
    await until(() => text().includes('Both took 9.80 s.'));
    await until(() => rows().length > 0);
    expect(text()).toContain('Firstdigits, first try · 9.80 s · COMPLETED');
    // All, the periods, and the time in which none went on.
    expect(rows()).toHaveLength(12);
    expect(rows()[0]).toBe('In all9.80 s9.80 s0 ms');
  });

  it('have a name for screen readers that says what they show', async () => {
    await show(ended, { jobs: null });
    await until(() => text().includes('Both took'));
    expect(imageLabel()).toBe(
      'digits, first try and again, period by period. Both took 9.80 s.'
    );
  });

  it('are live until both jobs have ended, and then the notebook holds the end', async () => {
    server.answer = () => ({ body: running });
    const cell = await show(running);
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
    await show(running);
    await until(() => server.asked.length === 1);
    jobs.change({ deleted: ['7f3a2c91d0'] });
    await until(() => text().includes('not here any more'));
  });

  it('that cannot be read are the output in plain text', async () => {
    await show({ ...ended, second: 'lost' });
    await until(() => text() === 'running');
  });
});
