import { makeJob } from '../../../jest/jobs';
import { makeEpoch, makeVerdict } from '../../../jest/recordings';
import { RouteServer } from '../../../jest/routeServer';
import { ONLINE, SpecJobs } from '../../../jest/specJobs';
import { until } from '../../../jest/until';
import { AibroClient } from '../../api';
import type { Epoch, Job } from '../../api';
import { ReplayFeed } from './feed';

const ALL = [1, 2, 3, 4].map(epoch => makeEpoch(epoch, { loss: 1 / epoch }));
const NOT_FOUND = {
  status: 404,
  body: { message: 'There is no such job.', code: 'JobNotFound', field: null }
};

describe('what is known of a replay', () => {
  let server: RouteServer;
  let jobs: SpecJobs;
  let feed: ReplayFeed;
  let replay: Job;
  const recorded = makeJob('a', {
    recorded: true,
    status: 'COMPLETED',
    ended_at: 2000,
    epoch: 4,
    epochs: 4
  });

  /** Serve two epochs per answer, so that several requests are needed. */
  const serveEpochs = (jobId: string, epochs: () => readonly Epoch[]): void =>
    server.on(`GET aibro/api/jobs/${jobId}/epochs`, ({ query }) => {
      const after = Number(query.get('after'));
      const rest = epochs().filter(({ epoch }) => epoch > after);
      return { body: { epochs: rest.slice(0, 2), more: rest.length > 2 } };
    });

  /** Change the replay and notify the browser. */
  const change = (extra: Partial<Job>): void => {
    replay = { ...replay, ...extra, seq: replay.seq + 1 };
    jobs.change({ jobs: [replay] });
  };

  const open = async (): Promise<void> => {
    feed = new ReplayFeed('b', jobs);
    await until(() => feed.state.kind === 'live');
  };

  beforeEach(async () => {
    server = await RouteServer.start();
    jobs = new SpecJobs(new AibroClient(server.settings));
    replay = makeJob('b', { replay_of: 'a', epoch: 0, epochs: 4, seq: 1 });
    server.on('GET aibro/api/jobs/a', () => ({ body: recorded }));
    server.on('GET aibro/api/jobs/b', () => ({ body: replay }));
    server.on('GET aibro/api/jobs/b/folders', () => ({
      body: { checkpoints: 'checkpoints/b', log: null }
    }));
    server.on('GET aibro/api/jobs/b/verdict', () => ({ body: makeVerdict() }));
    serveEpochs('a', () => ALL);
    serveEpochs('b', () => ALL.slice(0, replay.epoch));
  });

  afterEach(async () => {
    feed.dispose();
    await server.stop();
  });

  it('is at first the recorded job, all its epochs and the folders', async () => {
    await open();
    expect(feed.facts).toMatchObject({
      recorded: { job_id: 'a' },
      recordedEpochs: ALL,
      replayedEpochs: [],
      verdict: null,
      folders: { checkpoints: 'checkpoints/b', log: null }
    });
  });

  it('grows with each epoch, asking only for those that are new', async () => {
    await open();
    change({ epoch: 1 });
    await until(() => feed.facts?.replayedEpochs.length === 1);
    change({ epoch: 3 });
    await until(() => feed.facts?.replayedEpochs.length === 3);
    const asked = server.of('GET aibro/api/jobs/b/epochs');
    expect(asked.map(({ query }) => query.get('after'))).toEqual(['0', '1']);
    expect(server.of('GET aibro/api/jobs/a/epochs')).toHaveLength(2);
  });

  it('follows what the replay does without asking', async () => {
    await open();
    const before = server.asked.length;
    change({ batch: 7 });
    expect(feed.facts?.replay.batch).toBe(7);
    expect(server.asked).toHaveLength(before);
  });

  it('ends with the verdict, which is read once', async () => {
    await open();
    change({
      epoch: 4,
      status: 'COMPLETED',
      substatus: 'COMPLETED',
      ended_at: 3000,
      verdict: 'IDENTICAL'
    });
    await until(() => feed.facts?.verdict?.verdict === 'IDENTICAL');
    change({ description: 'renamed' });
    await until(() => feed.facts?.replay.description === 'renamed');
    expect(feed.facts?.replayedEpochs).toHaveLength(4);
    expect(server.of('GET aibro/api/jobs/b/verdict')).toHaveLength(1);
  });

  it('lacks the recorded job when that was deleted before', async () => {
    server.on('GET aibro/api/jobs/a', () => NOT_FOUND);
    await open();
    expect(feed.facts).toMatchObject({ recorded: null, recordedEpochs: [] });
  });

  it('loses the recorded job when that is deleted', async () => {
    await open();
    jobs.change({ deleted: ['a'] });
    expect(feed.facts).toMatchObject({ recorded: null, recordedEpochs: [] });
  });

  it('has the recorded job again when a report brings it back', async () => {
    await open();
    jobs.change({ deleted: ['a'] });
    jobs.change({ jobs: [{ ...recorded, foreign: true }] });
    await until(() => feed.facts?.recordedEpochs.length === 4);
  });

  it('is gone when the replay is deleted', async () => {
    await open();
    jobs.change({ deleted: ['b'] });
    expect(feed.state.kind).toBe('gone');
  });

  it('is nothing when there never was such a job', async () => {
    server.on('GET aibro/api/jobs/b', () => NOT_FOUND);
    feed = new ReplayFeed('b', jobs);
    await until(() => feed.state.kind === 'gone');
    expect(feed.facts).toBeNull();
  });

  it('stays while the server is away, and catches up when it is back', async () => {
    await open();
    jobs.connect({ kind: 'failed', message: 'Away' });
    expect(feed.state.kind).toBe('offline');
    expect(feed.facts?.recordedEpochs).toHaveLength(4);
    replay = { ...replay, epoch: 2, seq: 9 };
    jobs.connect(ONLINE);
    await until(() => feed.facts?.replayedEpochs.length === 2);
    expect(feed.state.kind).toBe('live');
  });

  it('says what went wrong, and recovers with the next change', async () => {
    server.on('GET aibro/api/jobs/b/folders', () => ({
      status: 503,
      body: { message: 'The store is busy.', code: 'StoreError', field: null }
    }));
    feed = new ReplayFeed('b', jobs);
    await until(() => feed.state.kind === 'failed');
    expect(feed.state).toEqual({
      kind: 'failed',
      message: 'The store is busy.'
    });
    server.on('GET aibro/api/jobs/b/folders', () => ({
      body: { checkpoints: null, log: null }
    }));
    jobs.change({ reset: true });
    await until(() => feed.state.kind === 'live');
  });

  it('misses no end that comes while all is read', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => (release = resolve));
    await open();
    const old = replay;
    server.on('GET aibro/api/jobs/b', async () => {
      await gate;
      return { body: old };
    });
    jobs.change({ reset: true });
    await until(() => server.of('GET aibro/api/jobs/b').length === 2);
    change({ status: 'CANCELED', ended_at: 3000 });
    server.on('GET aibro/api/jobs/b', () => ({ body: replay }));
    release();
    await until(() => feed.facts?.replay.ended_at === 3000);
  });
});
