import { signalToPromise } from '@jupyterlab/coreutils';
import { AibroServer, SpecJobs } from '../../jest/aibroServer';
import { T0, completed, training } from '../../jest/timelines';
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
async function until(it: SnapshotFeed<Timeline>, kind: string): Promise<void> {
  while (it.state.kind !== kind) {
    await signalToPromise(it.changed, 2000);
  }
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
    await until(it, 'live');
    expect(server.asked).toEqual([ROUTE]);
    expect(it.now).toBe(T0 + 61);
  });

  it('when its job changes until it ends', async () => {
    server.answer = () => ({ body: training() });
    const it = follow(training());
    await until(it, 'live');
    server.answer = () => ({ body: completed() });
    jobs.change({ jobs: [row('another')] });
    jobs.change({ jobs: [row('7f3a2c91d0')] });
    await until(it, 'ended');
    expect(it.snapshot).toEqual(completed());
    expect(server.asked).toEqual([ROUTE, ROUTE]);
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
    while (asked === 0) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    for (let count = 0; count < 50; count++) {
      jobs.change({ jobs: [row('7f3a2c91d0')] });
    }
    release();
    await until(it, 'ended');
    expect(asked).toBe(2);
  });

  it('when somebody else has read a newer one: it is taken over, an older one is not', async () => {
    server.answer = () => ({ body: training({ as_of: T0 + 60 }) });
    const it = follow(training());
    await until(it, 'live');
    expect(it.take(training({ as_of: T0 + 50 }))).toBe(true);
    expect(it.snapshot.as_of).toBe(T0 + 60);
    expect(it.take(training({ as_of: T0 + 70 }))).toBe(true);
    expect(it.snapshot.as_of).toBe(T0 + 70);
    expect(it.take(completed())).toBe(true);
    expect(it.state).toEqual({ kind: 'ended' });
    expect(server.asked).toEqual([ROUTE]);
  });

  it('when the output shows another job: it says so', () => {
    expect(follow(completed()).take(completed({ job_id: 'another' }))).toBe(
      false
    );
  });

  it('when its job is not known here: the snapshot stays', async () => {
    server.answer = () => ({ body: GONE, status: 404 });
    const it = follow(training());
    await until(it, 'gone');
    expect(it.snapshot).toEqual(training());
    expect(it.now).toBe(T0 + 5);
  });

  it('when its job is deleted', async () => {
    server.answer = () => ({ body: training() });
    const it = follow(training());
    await until(it, 'live');
    jobs.change({ deleted: ['7f3a2c91d0'] });
    expect(it.state.kind).toBe('gone');
  });

  it('when the server fails: it says so and recovers with the next change', async () => {
    server.answer = () => ({
      body: { message: 'The disk is full', code: 'DiskFull', field: null },
      status: 507
    });
    const it = follow(training());
    await until(it, 'failed');
    expect(it.state).toEqual({ kind: 'failed', message: 'The disk is full' });
    server.answer = () => ({ body: training() });
    jobs.change({ reset: true });
    await until(it, 'live');
  });

  it('when the connection is lost and found again', async () => {
    const { connection } = jobs;
    server.answer = () => ({ body: training() });
    const it = follow(training());
    await until(it, 'live');
    jobs.connect({ kind: 'failed', message: 'No answer' });
    expect(it.state.kind).toBe('snapshot');
    jobs.connect(connection);
    await until(it, 'live');
  });

  it('without AIbro in JupyterLab: it is a snapshot', () => {
    feed = new SnapshotFeed(training(), TIMELINES, null);
    expect(feed.state).toEqual({ kind: 'snapshot' });
    expect(feed.now).toBe(T0 + 5);
  });
});
