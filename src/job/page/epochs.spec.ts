import { makeJob } from '../../../jest/jobs';
import { makeEpoch } from '../../../jest/recordings';
import { RouteServer } from '../../../jest/routeServer';
import { ONLINE, SpecJobs } from '../../../jest/specJobs';
import { until } from '../../../jest/until';
import { AibroClient } from '../../api';
import type { Epoch } from '../../api';
import { EpochFeed } from './epochs';

const EPOCHS = 'GET aibro/api/jobs/a/epochs';

/** The number of epochs that the server sends in one answer. */
const PAGE = 2;

describe('the epochs of a job', () => {
  let server: RouteServer;
  let jobs: SpecJobs;
  let feed: EpochFeed;
  let ended: Epoch[];

  const known = (): number[] => feed.epochs.map(({ epoch }) => epoch);

  beforeEach(async () => {
    server = await RouteServer.start();
    jobs = new SpecJobs(new AibroClient(server.settings));
    ended = [1, 2, 3].map(epoch => makeEpoch(epoch, { loss: 1 / epoch }));
    server.on(EPOCHS, ({ query }) => {
      const after = Number(query.get('after'));
      const left = ended.filter(({ epoch }) => epoch > after);
      return {
        body: { epochs: left.slice(0, PAGE), more: left.length > PAGE }
      };
    });
  });

  afterEach(async () => {
    feed.dispose();
    await server.stop();
  });

  it('are read to the last, however many answers that takes', async () => {
    feed = new EpochFeed('a', jobs);
    await until(() => feed.state.kind === 'live');
    expect(known()).toEqual([1, 2, 3]);
  });

  it('come one by one as they end, each asked for once', async () => {
    feed = new EpochFeed('a', jobs);
    await until(() => feed.state.kind === 'live');
    ended.push(makeEpoch(4, { loss: 0.2 }));
    jobs.change({ jobs: [makeJob('a', { epoch: 4 })] });
    await until(() => known().length === 4);
    expect(server.of(EPOCHS).map(({ query }) => query.get('after'))).toEqual([
      '0',
      '2',
      '3'
    ]);
  });

  it('are read when the server comes back', async () => {
    jobs.connection = { kind: 'failed', message: 'It is away.' };
    feed = new EpochFeed('a', jobs);
    expect(feed.state.kind).toBe('loading');
    jobs.connect(ONLINE);
    await until(() => known().length === 3);
  });

  it('say what is wrong, and stay what they were', async () => {
    feed = new EpochFeed('a', jobs);
    await until(() => feed.state.kind === 'live');
    server.on(EPOCHS, () => ({
      status: 500,
      body: { message: 'The store is locked.', code: 'Busy', field: null }
    }));
    jobs.change({ reset: true });
    await until(() => feed.state.kind === 'failed');
    expect(feed.state).toEqual({
      kind: 'failed',
      message: 'The store is locked.'
    });
    expect(known()).toEqual([1, 2, 3]);
  });
});
