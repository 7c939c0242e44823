import { Backend } from '../../jest/backend';
import { until } from '../../jest/until';
import { AibroClient, API_VERSION } from '../api';
import type { Connection, IJobsChange } from '../tokens';
import { JobsModel } from './model';

describe('the live view', () => {
  let backend: Backend;
  let model: JobsModel;
  let changes: IJobsChange[];
  let connections: Connection['kind'][];

  beforeEach(() => {
    backend = new Backend();
    backend.put('a');
    model = new JobsModel(new AibroClient(backend.settings));
    changes = [];
    connections = [];
    model.changed.connect((_, change) => changes.push(change));
    model.connectionChanged.connect((_, { kind }) => connections.push(kind));
  });

  afterEach(() => model.dispose());

  const online = async (): Promise<void> => {
    await model.start();
    await until(() => backend.openSockets === 1);
    await until(() => backend.count('changes') === 2);
  };

  it('is online once the server has answered', async () => {
    expect(model.connection.kind).toBe('connecting');
    await online();
    expect(model.connection).toMatchObject({
      kind: 'online',
      info: { version: '1' }
    });
    expect(changes).toEqual([]);
  });

  it('knows the time of the server', async () => {
    backend.now = Date.now() / 1000 + 3600;
    await online();
    expect(model.now() - Date.now() / 1000).toBeGreaterThan(3590);
  });

  it('brings the rows that a hint is about', async () => {
    await online();
    backend.put('a', { epoch: 3 });
    backend.hint();
    await until(() => changes.length === 1);
    expect(changes[0]).toMatchObject({
      jobs: [{ job_id: 'a', epoch: 3 }],
      reset: false
    });
  });

  it('asks nothing while nothing happens, and nothing for an old hint', async () => {
    await online();
    const asked = backend.requests.length;
    backend.hint();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(backend.requests).toHaveLength(asked);
  });

  it('asks once for a hundred hints that come while it is asking', async () => {
    await online();
    const asked = backend.count('changes');
    let open = (): void => undefined;
    backend.gate = new Promise(resolve => (open = resolve));
    for (let batch = 0; batch < 100; batch++) {
      backend.put('a', { batch });
      backend.hint();
    }
    open();
    await until(() => changes.at(-1)?.jobs[0]?.batch === 99);
    expect(backend.count('changes') - asked).toBe(2);
  });

  it('asks once a second while many jobs change all the time', async () => {
    await online();
    const change = async (epoch: number): Promise<void> => {
      for (let job = 0; job < 20; job++) {
        backend.put(`job ${job}`, { epoch });
      }
      backend.hint();
      await until(() => changes.at(-1)?.jobs.at(-1)?.epoch === epoch);
    };
    // Taken as they come: a wait may notice them late.
    const times: number[] = [];
    model.changed.connect(() => times.push(performance.now()));
    await change(1);
    await change(2);
    expect(times[times.length - 1] - times[0]).toBeGreaterThan(800);
  });

  it('goes on asking while there is more', async () => {
    await online();
    backend.override = (_, path) =>
      path === 'changes' && backend.count('changes') === 3
        ? {
            status: 200,
            body: JSON.stringify({
              seq: backend.seq - 1,
              jobs: [],
              instances: [],
              deleted: ['x'],
              more: true,
              now: 0
            })
          }
        : null;
    backend.put('b');
    backend.hint();
    await until(() => changes.length === 2);
    expect(changes[0]?.deleted).toEqual(['x']);
    expect(changes[1]?.jobs).toMatchObject([{ job_id: 'b' }]);
  });

  it('says that rows may have been missed when the store was replaced', async () => {
    backend.seq = 500;
    await online();
    backend.seq = 3;
    backend.hint();
    await until(() => changes.length === 1);
    expect(changes[0]?.reset).toBe(true);
  });

  it('catches up on what happened while the socket was down', async () => {
    await online();
    backend.isUp = false;
    backend.hangUp();
    await until(() => backend.count('changes') === 3);
    backend.put('b');
    backend.isUp = true;
    await until(() => changes.length === 1);
    expect(changes[0]?.jobs).toMatchObject([{ job_id: 'b' }]);
    expect(backend.openSockets).toBe(1);
  });

  it('says what failed, tries again by itself and recovers', async () => {
    await online();
    backend.override = () => ({
      status: 503,
      body: JSON.stringify({
        message: 'The store is newer.',
        code: 'StoreTooNew',
        field: null
      })
    });
    backend.put('b');
    backend.hint();
    await until(() => model.connection.kind === 'failed');
    expect(model.connection).toMatchObject({ message: 'The store is newer.' });
    backend.override = () => null;
    await until(() => model.connection.kind === 'online');
    expect(changes.at(-1)?.jobs).toMatchObject([{ job_id: 'b' }]);
    expect(connections).toEqual(['online', 'failed', 'online']);
  });

  it('stops the clock while the server is gone, and goes on with its time', async () => {
    await online();
    backend.override = () => ({ status: 503, body: '{"message": "Gone."}' });
    backend.hangUp();
    await until(() => model.connection.kind === 'failed');
    const stopped = model.now();
    const since = Date.now();
    await until(() => Date.now() > since + 20);
    expect(model.now()).toBe(stopped);
    backend.now = 9000;
    backend.override = () => null;
    await until(() => model.connection.kind === 'online');
    expect(model.now()).toBeGreaterThanOrEqual(9000);
  });

  it('says that the server has no AIbro, and finds it after a retry', async () => {
    backend.override = () => ({
      status: 404,
      body: '{"message": "Not Found"}'
    });
    await model.start();
    expect(model.connection.kind).toBe('missing');
    backend.override = () => null;
    await model.retry();
    expect(model.connection.kind).toBe('online');
  });

  it('says that the session has ended, and goes on after the user signed in again', async () => {
    await online();
    backend.override = () => ({
      status: 403,
      body: '{"message": "Forbidden"}'
    });
    backend.put('b');
    backend.hint();
    await until(() => model.connection.kind === 'signed-out');
    backend.override = () => null;
    await until(() => model.connection.kind === 'online');
    expect(changes.at(-1)?.jobs).toMatchObject([{ job_id: 'b' }]);
    expect(connections).toEqual(['online', 'signed-out', 'online']);
  });

  it('asks nothing of a server of another version', async () => {
    backend.api = API_VERSION - 1;
    await model.start();
    await until(() => backend.openSockets === 1);
    expect(model.connection).toMatchObject({
      kind: 'mismatch',
      info: { api: API_VERSION - 1 }
    });
    backend.put('b');
    backend.hint();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(backend.count('changes')).toBe(0);
  });

  it('sees that the server was upgraded while the socket was away', async () => {
    await online();
    backend.api = API_VERSION + 1;
    backend.hangUp();
    await until(() => model.connection.kind === 'mismatch');
    backend.api = API_VERSION;
    await model.retry();
    expect(model.connection.kind).toBe('online');
  });

  it('looks when the tab is shown again', async () => {
    await online();
    backend.put('a', { epoch: 4 });
    document.dispatchEvent(new Event('visibilitychange'));
    await until(() => changes.length === 1);
  });

  it('is silent after it was disposed', async () => {
    await online();
    model.dispose();
    expect(backend.openSockets).toBe(0);
    const asked = backend.requests.length;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(backend.requests).toHaveLength(asked);
  });
});
