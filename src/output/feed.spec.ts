import { AibroServer } from '../../jest/aibroServer';
import { SpecJobs } from '../../jest/specJobs';
import { T0, completed, training } from '../../jest/timelines';
import { until } from '../../jest/until';
import type { Job, Timeline } from '../api';
import { TIMELINES } from '../timeline/source';
import { SnapshotFeed } from './feed';

const ROUTE = 'jobs/7f3a2c91d0/timeline';
const GONE = { message: 'No such job', code: 'JobNotFound', field: null };

let server: AibroServer;
let jobs: SpecJobs;
let feed: SnapshotFeed<Timeline> | undefined;

beforeEach(async () => {
  server = await AibroServer.start();
  jobs = new SpecJobs(server.client());
});

afterEach(async () => {
  feed?.dispose();
  await server.stop();
});

function follow(timeline: Timeline): SnapshotFeed<Timeline> {
  feed = new SnapshotFeed(timeline, TIMELINES, jobs);
  return feed;
}

/** The feed once it is in this state. */
function reaches(it: SnapshotFeed<Timeline>, kind: string): Promise<void> {
  return until(() => it.state.kind === kind);
}

function row(job_id: string): Job {
  return { job_id } as Job;
}

describe('what happens to a timeline', () => {
  it('of an ended job: nothing, and the server is not asked', () => {
    expect(follow(completed()).state).toEqual({ kind: 'ended' });
    jobs.change({ jobs: [row('7f3a2c91d0')], reset: true });
    expect(server.asked).toEqual([]);
  });

  it('of a running job after a reload: it is read again and live', async () => {
    server.answer = () => ({ body: training({ as_of: T0 + 60 }) });
    jobs.time = T0 + 61;
    const it = follow(training());
    expect(it.state.kind).toBe('loading');
    expect(it.now).toBe(T0 + 5);
    await reaches(it, 'live');
    expect(server.asked).toEqual([ROUTE]);
    expect(it.now).toBe(T0 + 61);
  });

  it('when its job changes until it ends', async () => {
    server.answer = () => ({ body: training() });
    const it = follow(training());
    await reaches(it, 'live');
    server.answer = () => ({ body: completed() });
    jobs.change({ jobs: [row('another')] });
    jobs.change({ jobs: [row('7f3a2c91d0')] });
    await reaches(it, 'ended');
    expect(it.snapshot).toEqual(completed());
    expect(server.asked).toEqual([ROUTE, ROUTE]);
  });

  it('that nobody sees: read for the next step of its job, else when it is seen again', async () => {
    server.answer = () => ({ body: training() });
    const source = { ...TIMELINES, pause: 0, adopt: undefined };
    const it = (feed = new SnapshotFeed(training(), source, jobs));
    await reaches(it, 'live');
    it.isVisible = false;
    const change = (substatus: Job['substatus']): void =>
      jobs.change({ jobs: [{ ...row('7f3a2c91d0'), substatus }] });
    const reads = (): number =>
      server.asked.filter(route => route === ROUTE).length;
    change('RETURNING');
    await until(() => reads() === 2);
    change('RETURNING');
    await jobs.client.info();
    expect(reads()).toBe(2);
    it.isVisible = true;
    await until(() => reads() === 3);
  });

  it('while its model trains: batches alone ask nothing', async () => {
    server.answer = () => ({ body: training() });
    const it = follow(training());
    await reaches(it, 'live');
    jobs.change({ jobs: [{ ...row('7f3a2c91d0'), substatus: 'TRAINING' }] });
    await jobs.client.info();
    expect(server.asked.filter(route => route === ROUTE)).toHaveLength(1);
  });

  it('when changes come in a burst: few requests, and the last change is not missed', async () => {
    let asked = 0;
    let release: () => void = () => undefined;
    server.answer = async () => {
      asked += 1;
      if (asked === 1) {
        await new Promise<void>(resolve => {
          release = resolve;
        });
        return { body: training() };
      }
      return { body: completed() };
    };
    const it = follow(training());
    await until(() => asked > 0);
    for (let count = 0; count < 50; count++) {
      jobs.change({ jobs: [row('7f3a2c91d0')] });
    }
    release();
    await reaches(it, 'ended');
    expect(asked).toBe(2);
  });

  it('when somebody else has read a newer one: it is taken over, an older one is not', async () => {
    server.answer = () => ({ body: training({ as_of: T0 + 60 }) });
    const it = follow(training());
    await reaches(it, 'live');
    it.take(training({ as_of: T0 + 50 }));
    expect(it.snapshot.as_of).toBe(T0 + 60);
    it.take(training({ as_of: T0 + 70 }));
    expect(it.snapshot.as_of).toBe(T0 + 70);
    it.take(completed());
    expect(it.state).toEqual({ kind: 'ended' });
    expect(server.asked).toEqual([ROUTE]);
  });

  it('when a newer one comes while the server is asked: the older answer does not replace it', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => (release = resolve));
    server.answer = async () => {
      await gate;
      return { body: training({ as_of: T0 + 60 }) };
    };
    const it = follow(training());
    it.take(training({ as_of: T0 + 70 }));
    release();
    await reaches(it, 'live');
    expect(it.snapshot.as_of).toBe(T0 + 70);
  });

  it('when the output shows another job: that one is followed, and the first forgotten', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => (release = resolve));
    server.answer = async path => {
      if (path === ROUTE) {
        await gate;
        return { body: completed() };
      }
      return { body: training({ job_id: 'another', as_of: T0 - 40 }) };
    };
    const it = follow(training());
    it.take(training({ job_id: 'another', as_of: T0 - 50 }));
    expect(it.snapshot.job_id).toBe('another');
    expect(it.now).toBe(T0 - 50);
    release();
    await reaches(it, 'live');
    expect(it.snapshot).toMatchObject({ job_id: 'another', as_of: T0 - 40 });
    jobs.change({ jobs: [row('7f3a2c91d0')] });
    jobs.change({ deleted: ['7f3a2c91d0'] });
    expect(it.state.kind).toBe('live');
    expect(server.asked).toEqual([ROUTE, 'jobs/another/timeline']);
  });

  it('when the output shows another job after the first has ended', async () => {
    const it = follow(completed());
    server.answer = () => ({ body: training({ job_id: 'another' }) });
    it.take(training({ job_id: 'another' }));
    await reaches(it, 'live');
  });

  it('when its job is not known here: the snapshot stays', async () => {
    server.answer = () => ({ body: GONE, status: 404 });
    const it = follow(training());
    await reaches(it, 'gone');
    expect(it.snapshot).toEqual(training());
    expect(it.now).toBe(T0 + 5);
  });

  it('when its job is deleted', async () => {
    server.answer = () => ({ body: training() });
    const it = follow(training());
    await reaches(it, 'live');
    jobs.change({ deleted: ['7f3a2c91d0'] });
    expect(it.state.kind).toBe('gone');
  });

  it('when the server fails: it says so and recovers with the next change', async () => {
    server.answer = () => ({
      body: { message: 'The disk is full', code: 'DiskFull', field: null },
      status: 507
    });
    const it = follow(training());
    await reaches(it, 'failed');
    expect(it.state).toEqual({ kind: 'failed', message: 'The disk is full' });
    server.answer = () => ({ body: training() });
    jobs.change({ reset: true });
    await reaches(it, 'live');
  });

  it('when the connection is lost and found again', async () => {
    const { connection } = jobs;
    server.answer = () => ({ body: training() });
    const it = follow(training());
    await reaches(it, 'live');
    jobs.connect({ kind: 'failed', message: 'No answer' });
    expect(it.state.kind).toBe('snapshot');
    jobs.connect(connection);
    await reaches(it, 'live');
  });

  it('without AIbro in JupyterLab: it is a snapshot', () => {
    feed = new SnapshotFeed(training(), TIMELINES, null);
    expect(feed.state).toEqual({ kind: 'snapshot' });
    expect(feed.now).toBe(T0 + 5);
  });
});
