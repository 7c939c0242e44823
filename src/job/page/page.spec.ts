import { Clipboard } from '@jupyterlab/apputils';
import { ContentsManager } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { installBrowser } from '../../../jest/browser';
import { specCommands } from '../../../jest/commands';
import type { ISpecCommands } from '../../../jest/commands';
import { makeJob } from '../../../jest/jobs';
import { queriesIn } from '../../../jest/queries';
import {
  makeEpoch,
  makeRecording,
  makeVerdict
} from '../../../jest/recordings';
import { RouteServer } from '../../../jest/routeServer';
import { ONLINE, SpecJobs } from '../../../jest/specJobs';
import { until } from '../../../jest/until';
import { AibroClient } from '../../api';
import type { Job } from '../../api';
import { Settings } from '../../settings/settings';
import { CommandIDs } from '../../tokens';
import { createJobPage } from './open';

installBrowser();

const JOB = 'aibro/api/jobs/a';

describe('the page of a job', () => {
  let server: RouteServer;
  let jobs: SpecJobs;
  let contents: ContentsManager;
  let page: ReturnType<typeof createJobPage>;
  let job: Job;
  /** The commands that were executed: id and job. */
  let executed: ISpecCommands['executed'];

  const { button, find, imageLabel, rows, text } = queriesIn(() => page.node);
  const tabs = (): HTMLElement[] => [
    ...page.node.querySelectorAll<HTMLElement>('[role=tab]')
  ];
  const tab = (label: string): HTMLElement => {
    const found = tabs().find(it => it.textContent === label);
    if (!found) {
      throw new Error(`There is no tab ${label}.`);
    }
    return found;
  };
  const isOff = (label: string): boolean =>
    button(label).getAttribute('aria-disabled') === 'true';
  const press = (key: string): void => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true })
    );
  };
  const asked = (part: string): number =>
    server.of(`GET ${JOB}/${part}`).length;

  const open = (begin?: string): void => {
    const spy = specCommands(
      CommandIDs.cancel,
      CommandIDs.deleteJob,
      CommandIDs.deleteRecording,
      CommandIDs.openReplay,
      CommandIDs.openTensorBoard,
      CommandIDs.replay,
      CommandIDs.saveReport,
      'filebrowser:go-to-path'
    );
    executed = spy.executed;
    page = createJobPage('a', begin, {
      commands: spy.commands,
      contents,
      defaultDrive: null,
      jobs,
      linkTo: jobId => `http://lab.test/lab?job=${jobId}`,
      settings: new Settings(),
      themeManager: null,
      translator: nullTranslator
    });
    Widget.attach(page, document.body);
  };
  const opened = async (begin?: string): Promise<void> => {
    open(begin);
    await until(() => find('[role=tablist]') !== null);
  };
  const end = (extra: Partial<Job> = {}): void => {
    job = {
      ...job,
      seq: job.seq + 1,
      status: 'COMPLETED',
      substatus: 'COMPLETED',
      epoch: 10,
      ended_at: 1060,
      ...extra
    };
    jobs.change({ jobs: [job] });
  };

  beforeEach(async () => {
    jest
      .spyOn(HTMLCanvasElement.prototype, 'getContext')
      .mockImplementation(() => null);
    server = await RouteServer.start();
    contents = new ContentsManager({ serverSettings: server.settings });
    jobs = new SpecJobs(new AibroClient(server.settings));
    jobs.time = 1042;
    job = makeJob('a', {
      description: 'digits, first try',
      instance_id: 'i-1',
      metrics: { loss: 0.2134, val_loss: 0.31 }
    });
    server.on(`GET ${JOB}/card`, () => ({
      body: {
        // Cards leave it out, because they have no room for it.
        job: { ...job, traceback: null },
        reached: 'TRAINING',
        metric: 'loss',
        values: [0.5, 0.2134],
        model_bytes: 1_200_000,
        data_bytes: 4_200_000,
        expected_s: null,
        left_s: 20,
        as_of: 1042
      }
    }));
    server.on(`GET ${JOB}`, () => ({ body: job }));
    server.on(`GET ${JOB}/folders`, () => ({
      body: { checkpoints: 'runs/checkpoints/a', log: null }
    }));
    server.on(`GET ${JOB}/epochs`, () => ({
      body: {
        epochs: [
          makeEpoch(1, { accuracy: 0.5, loss: 0.5, val_loss: 0.6 }),
          makeEpoch(2, { accuracy: 0.7, loss: 0.2134, val_loss: 0.31 })
        ],
        more: false
      }
    }));
    server.on(`GET ${JOB}/recording`, () => ({ body: makeRecording() }));
    server.on(`GET ${JOB}/verdict`, () => ({
      body: makeVerdict({ job_id: 'a', replay_of: 'b' })
    }));
  });

  afterEach(async () => {
    page.dispose();
    Signal.clearData(jobs);
    contents.dispose();
    await server.stop();
  });

  it('begins with what the job does at this moment', async () => {
    await opened();
    expect(page.title.label).toBe('digits, first try');
    await until(() => text().includes('Epoch 3 of 10'));
    expect(find('h1')?.textContent).toBe('digits, first try');
    expect(find('.jp-Aibro-JobPage-status')?.textContent).toBe('TRAINING');
    expect(find('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe(
      '25'
    );
    expect(text()).toContain('about 20 s left');
    expect(text()).toContain('Elapsed0:42');
    expect(text()).toContain('Instancei-1');
    await until(() => text().includes('runs/checkpoints/a'));
  });

  it('asks for nothing that is not seen', async () => {
    await opened();
    await until(() => asked('folders') === 1);
    expect(asked('epochs') + asked('recording') + asked('timeline')).toBe(0);
    tab('Metrics').click();
    await until(() => asked('epochs') === 1);
  });

  it('goes from tab to tab by keyboard', async () => {
    await opened();
    const seen: string[] = [];
    page.content.tabChanged.connect((_, name) => seen.push(name));
    page.activate();
    await until(() => document.activeElement === tab('Overview'));
    press('ArrowRight');
    press('ArrowRight');
    expect(document.activeElement).toBe(tab('Metrics'));
    expect(seen).toEqual(['timeline', 'metrics']);
    await until(() => tab('Metrics').getAttribute('aria-selected') === 'true');
    expect(tabs().map(it => it.tabIndex)).toEqual([-1, -1, 0, -1]);
    const panel = document.getElementById(
      tab('Metrics').getAttribute('aria-controls') ?? ''
    );
    expect(panel?.getAttribute('role')).toBe('tabpanel');
    expect(panel?.getAttribute('aria-labelledby')).toBe(tab('Metrics').id);
    expect(panel?.classList).not.toContain('lm-mod-hidden');
  });

  it('draws the losses until other metrics are chosen', async () => {
    await opened('metrics');
    await until(
      () => imageLabel() === 'Chart of loss, val_loss over 2 epochs.'
    );
    await until(() => find('fieldset') !== null);
    const boxes = [
      ...page.node.querySelectorAll<HTMLInputElement>('fieldset input')
    ];
    expect(
      boxes.map(box => [box.parentElement?.textContent, box.checked])
    ).toEqual([
      ['loss', true],
      ['val_loss', true],
      ['accuracy', false]
    ]);
    boxes[2].click();
    await until(() => imageLabel()?.includes('accuracy') === true);
    await until(() => rows().length === 2);
    expect(rows()).toEqual(['10.50.60.5', '20.21340.310.7']);
  });

  it('counts metrics as people do, in the overview and over the chart', async () => {
    const metrics = { metric_10: 1, metric_2: 1, val_loss: 1 };
    job = { ...job, metrics };
    server.on(`GET ${JOB}/epochs`, () => ({
      body: { epochs: [makeEpoch(1, metrics)], more: false }
    }));
    const textsOf = (selector: string): (string | null)[] =>
      [...page.node.querySelectorAll(selector)].map(it => it.textContent);
    await opened();
    await until(() => find('.jp-Aibro-JobPage-metrics') !== null);
    expect(textsOf('.jp-Aibro-JobPage-metrics dt')).toEqual([
      'metric_2',
      'metric_10',
      'val_loss'
    ]);
    tab('Metrics').click();
    await until(() => find('fieldset') !== null);
    expect(textsOf('fieldset label')).toEqual([
      'val_loss',
      'metric_2',
      'metric_10'
    ]);
  });

  it('has a sentence in place of a chart in which nothing could be drawn', async () => {
    server.on(`GET ${JOB}/epochs`, () => ({
      body: {
        epochs: [makeEpoch(1, { loss: null, accuracy: 0.5 })],
        more: false
      }
    }));
    const isDrawn = (): boolean =>
      find('.jp-Aibro-chart:not(.lm-mod-hidden)') !== null;
    await opened('metrics');
    await until(() => text().includes('No value is a finite number'));
    expect(isDrawn()).toBe(false);
    page.node
      .querySelector<HTMLInputElement>('fieldset label:last-child input')
      ?.click();
    await until(isDrawn);
    await until(() => !text().includes('No value is a finite number'));
  });

  it('can do only what suits the moment, and says why not', async () => {
    await opened();
    await until(() => text().includes('Replay…'));
    expect(isOff('Cancel')).toBe(false);
    expect(isOff('Delete…')).toBe(true);
    button('Cancel').focus();
    button('Cancel').click();
    button('Replay…').click();
    expect(executed).toEqual([[CommandIDs.cancel, { jobId: 'a' }]]);
    end();
    await until(() => !isOff('Delete…'));
    expect(isOff('Cancel')).toBe(true);
    // The focus has not moved.
    expect(document.activeElement).toBe(button('Cancel'));
    expect(button('Replay…').title).toBe('The job was not recorded.');
  });

  it('gives a link to itself away', async () => {
    const copied: unknown[] = [];
    jest
      .spyOn(Clipboard, 'copyToSystem')
      .mockImplementation(data => void copied.push(data));
    await opened();
    await until(() => text().includes('Copy link'));
    button('Copy link').click();
    expect(copied).toEqual(['http://lab.test/lab?job=a']);
  });

  it('says why a job failed, with all that Python said', async () => {
    await opened();
    end({
      status: 'CANCELED',
      substatus: 'CANCELED',
      reason: 'ValueError: loss is NaN',
      reason_kind: 'training-error',
      traceback: 'Traceback (most recent call last): …'
    });
    await until(() => find('[aria-label=Traceback]') !== null);
    const reason = find('[aria-label=Reason]');
    expect(reason?.dataset.kind).toBe('error');
    expect(reason?.querySelector('p')?.textContent).toBe(
      'ValueError: loss is NaN'
    );
    expect(reason?.querySelector('pre')?.textContent).toContain('Traceback');
  });

  it('shows the recording of a recorded job, and does without when it is deleted', async () => {
    job = { ...job, recorded: true };
    await opened();
    tab('Recording').click();
    await until(() => text().includes('can be read when the job has ended'));
    expect(asked('recording')).toBe(0);
    end();
    await until(() => text().includes('batches of 64'));
    await until(() => !isOff('Delete recording…'));
    button('Delete recording…').click();
    expect(executed).toEqual([[CommandIDs.deleteRecording, { jobId: 'a' }]]);
    await until(
      () => find('.jp-Aibro-JobPage-status')?.textContent === 'COMPLETED'
    );
    end({ recorded: false });
    await until(() => tabs().length === 4);
    expect(page.content.tab).toBe('overview');
  });

  it('shows the verdict on a replay, and leads to both runs', async () => {
    job = { ...job, replay_of: 'b' };
    await opened('recording');
    await until(() => text().includes('when the replay has ended'));
    end({ verdict: 'IDENTICAL' });
    await until(() => find('[aria-label=Verdict]') !== null);
    expect(find('[aria-label=Verdict]')?.textContent).toBe(
      'IDENTICALEvery bit agrees.'
    );
    button('Show beside the recorded job').click();
    expect(executed).toEqual([[CommandIDs.openReplay, { jobId: 'a' }]]);
  });

  it('of a job that is not there says so, and styles again when told', async () => {
    const card = { message: 'There is no job a.', code: 'JobNotFound' };
    let isThere = false;
    server.on(`GET ${JOB}/card`, () =>
      isThere
        ? {
            body: {
              job,
              reached: 'TRAINING',
              metric: null,
              values: [],
              model_bytes: null,
              data_bytes: null,
              expected_s: null,
              left_s: null,
              as_of: 1042
            }
          }
        : { status: 404, body: { ...card, field: null } }
    );
    open();
    await until(() => find('[role=alert]') !== null);
    expect(text()).toContain('There is no job a.');
    isThere = true;
    button('Retry').click();
    await until(() => find('[role=tablist]') !== null);
  });

  it('says when the server is away, and comes back with it', async () => {
    await opened();
    jobs.connect({ kind: 'failed', message: 'It is away.' });
    await until(() => text().includes('as of'));
    jobs.connect(ONLINE);
    await until(() => !text().includes('as of'));
  });

  it('closes when the job is deleted', async () => {
    await opened();
    jobs.change({ deleted: ['a'] });
    expect(page.isDisposed).toBe(true);
  });
});
