import { ContentsManager } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { installBrowser } from '../../../jest/browser';
import { specCommands } from '../../../jest/commands';
import type { ISpecCommands } from '../../../jest/commands';
import { makeJob } from '../../../jest/jobs';
import { queriesIn } from '../../../jest/queries';
import { makeEpoch, makeVerdict } from '../../../jest/recordings';
import { RouteServer } from '../../../jest/routeServer';
import { SpecJobs } from '../../../jest/specJobs';
import { until } from '../../../jest/until';
import { AibroClient } from '../../api';
import type { Epoch, Job, Verdict } from '../../api';
import { CommandIDs } from '../../tokens';
import { createReplayPage } from './open';

installBrowser();

const ALL = [1, 2, 3].map(epoch =>
  makeEpoch(epoch, { accuracy: epoch / 10, loss: 1 / epoch })
);

describe('the page of a replay', () => {
  let server: RouteServer;
  let jobs: SpecJobs;
  let contents: ContentsManager;
  let page: ReturnType<typeof createReplayPage>;
  let replay: Job;
  let recorded: Job | null;
  let verdict: Verdict;
  let replayed: readonly Epoch[];
  /** The commands that were executed: id and job. */
  let executed: ISpecCommands['executed'];

  const { button, find, imageLabel, rows, text } = queriesIn(() => page.node);

  /** Change the replay and notify the browser. */
  const change = (extra: Partial<Job>): void => {
    replay = { ...replay, ...extra, seq: replay.seq + 1 };
    jobs.change({ jobs: [replay] });
  };
  const end = (extra: Partial<Verdict> = {}): void => {
    verdict = makeVerdict(extra);
    change({
      status: 'COMPLETED',
      substatus: 'COMPLETED',
      epoch: 3,
      ended_at: 3000,
      verdict: verdict.verdict
    });
  };

  const open = async (): Promise<void> => {
    const spy = specCommands(
      CommandIDs.cancel,
      CommandIDs.openTensorBoard,
      CommandIDs.replay,
      CommandIDs.showLog,
      CommandIDs.showTimeline,
      'filebrowser:go-to-path'
    );
    executed = spy.executed;
    page = createReplayPage('b', {
      commands: spy.commands,
      contents,
      defaultDrive: null,
      jobs,
      themeManager: null,
      translator: nullTranslator
    });
    Widget.attach(page, document.body);
    await until(() => find('h1') !== null);
  };

  beforeEach(async () => {
    jest
      .spyOn(HTMLCanvasElement.prototype, 'getContext')
      .mockImplementation(() => null);
    server = await RouteServer.start();
    contents = new ContentsManager({ serverSettings: server.settings });
    jobs = new SpecJobs(new AibroClient(server.settings));
    replayed = ALL;
    recorded = makeJob('a', {
      description: 'digits',
      recorded: true,
      status: 'COMPLETED',
      ended_at: 2000,
      epoch: 3,
      epochs: 3
    });
    replay = makeJob('b', {
      description: 'why?',
      replay_of: 'a',
      epoch: 0,
      epochs: 3,
      seq: 1
    });
    server.on('GET aibro/api/jobs/a', () =>
      recorded
        ? { body: recorded }
        : {
            status: 404,
            body: { message: 'No job.', code: 'JobNotFound', field: null }
          }
    );
    server.on('GET aibro/api/jobs/b', () => ({ body: replay }));
    server.on('GET aibro/api/jobs/b/folders', () => ({
      body: { checkpoints: 'runs/checkpoints/b', log: null }
    }));
    server.on('GET aibro/api/jobs/b/verdict', () => ({ body: verdict }));
    server.on('GET api/contents/runs/checkpoints/b', ({ path }) => ({
      body: {
        path,
        name: 'b',
        type: 'directory',
        writable: true,
        created: '',
        last_modified: '',
        mimetype: null,
        content: null,
        format: null
      }
    }));
    const serve = (jobId: string, all: () => readonly Epoch[]): void =>
      server.on(`GET aibro/api/jobs/${jobId}/epochs`, ({ query }) => {
        const after = Number(query.get('after'));
        const epochs = all().filter(({ epoch }) => epoch > after);
        return { body: { epochs, more: false } };
      });
    serve('a', () => ALL);
    serve('b', () => replayed.slice(0, replay.epoch));
  });

  afterEach(async () => {
    page.dispose();
    contents.dispose();
    await server.stop();
  });

  it('says which replay it is and how far, while it runs', async () => {
    await open();
    await until(() => page.title.label === 'why?');
    expect(text()).toContain('Replay of “digits” (a)');
    expect(text()).toContain('TRAINING');
    change({ epoch: 2 });
    await until(() => text().includes('Epoch 3 of 3'));
    const bar = find('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuenow')).toBe('67');
    button('Cancel').click();
    expect(executed).toEqual([[CommandIDs.cancel, { jobId: 'b' }]]);
  });

  it('has the values of both, the losses first, as a table that all can show', async () => {
    await open();
    change({ epoch: 1 });
    await until(() => rows()[0] === '111the same');
    expect(rows()).toEqual(['111the same', '20.5', `3${String(1 / 3)}`]);
    expect(find('.jp-Aibro-forReaders table')).not.toBeNull();
    button('Show as table').click();
    await until(() => find('.jp-Aibro-forReaders') === null);
    expect(button('Hide table').getAttribute('aria-expanded')).toBe('true');
  });

  it('draws the metric that is chosen', async () => {
    await open();
    await until(() => find('select') !== null);
    const select = find('select') as HTMLSelectElement;
    expect([...select.options].map(it => it.value)).toEqual([
      'loss',
      'accuracy'
    ]);
    select.value = 'accuracy';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await until(() => rows()[0] === '10.1');
    expect(imageLabel()).toContain('accuracy');
  });

  it('ends in the verdict as a word and a sentence', async () => {
    await open();
    end();
    await until(() => find('[aria-label=Verdict]') !== null);
    const box = find('[aria-label=Verdict]');
    expect(box?.textContent).toBe('IDENTICALEvery bit agrees.');
    expect(box?.dataset.type).toBe('success');
    expect(box?.querySelector('svg')).not.toBeNull();
  });

  it('shows where it parted, and what differs between the two runs', async () => {
    replayed = [ALL[0], makeEpoch(2, { loss: 0.6 }, 'other'), ALL[2]];
    await open();
    end({
      verdict: 'DIVERGED',
      sentence: 'The loss differs from epoch 2 on.',
      differences: [
        { name: 'keras', recorded: '3.14.0', current: '3.15.1' },
        { name: 'GPU', recorded: 'A100', current: null }
      ]
    });
    await until(() => text().includes('The loss differs from epoch 2 on.'));
    await until(() => rows().includes('20.50.6differ'));
    expect(rows()).toContain('keras3.14.03.15.1');
    expect(rows()).toContain('GPUA100missing');
    expect(imageLabel()).toContain('differs from epoch 2 on');
  });

  it('says how a replay ended that has no verdict', async () => {
    await open();
    change({
      status: 'CANCELED',
      substatus: 'CANCELED',
      reason: 'canceled by the user',
      reason_kind: 'user',
      ended_at: 3000
    });
    await until(() => text().includes('Canceled: canceled by the user'));
  });

  it('leads on: files, TensorBoard, another replay, timelines and logs', async () => {
    await open();
    end();
    await until(() => text().includes('Replay again…'));
    for (const label of [
      'Open TensorBoard',
      'Replay again…',
      'Timeline',
      'Recorded job’s log',
      'Show files'
    ]) {
      button(label).click();
    }
    await until(() => executed.length === 5);
    expect(executed).toEqual([
      [CommandIDs.openTensorBoard, { jobId: 'b' }],
      [CommandIDs.replay, { jobId: 'a' }],
      [CommandIDs.showTimeline, { jobId: 'b' }],
      [CommandIDs.showLog, { jobId: 'a' }],
      ['filebrowser:go-to-path', { path: 'runs/checkpoints/b' }]
    ]);
  });

  it('does without the recorded job when that was deleted', async () => {
    recorded = null;
    replay = { ...replay, epoch: 3 };
    await open();
    await until(() => text().includes('The recorded job was deleted'));
    await until(() => rows()[0] === '11');
    expect(text()).not.toContain('Recorded job’s log');
    end();
    await until(() => text().includes('Replay again…'));
    expect(button('Replay again…').disabled).toBe(true);
  });

  it('of a job that is no replay says so', async () => {
    replay = { ...replay, replay_of: null };
    void open().catch(() => undefined);
    await until(() => text().includes('Job b is not a replay.'));
  });

  it('closes when the replay is deleted', async () => {
    await open();
    jobs.change({ deleted: ['b'] });
    expect(page.isDisposed).toBe(true);
  });
});
