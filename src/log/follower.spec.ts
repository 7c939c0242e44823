import { Backend, until } from '../../jest/backend';
import { AibroClient } from '../api';
import { JobsModel } from '../jobs/model';
import { LogFollower } from './follower';

describe('following a log', () => {
  let backend: Backend;
  let model: JobsModel;
  let follower: LogFollower;

  const open = async (log: string, ended: boolean): Promise<void> => {
    backend = new Backend();
    backend.log = log;
    backend.put('a', { ended_at: ended ? 1 : null });
    model = new JobsModel(new AibroClient(backend.settings));
    await model.start();
    await until(() => backend.openSockets === 1);
    follower = new LogFollower(model, 'a');
  };

  afterEach(() => {
    follower.dispose();
    model.dispose();
  });

  it('reads all of an ended job’s log in parts and then stops', async () => {
    const lines = Array.from({ length: 30_000 }, (_, line) => `line ${line}\n`);
    await open(lines.join(''), true);
    await until(() => follower.hasEnded);
    expect(follower.tail.text).toBe(lines.join(''));
    expect(follower.tail.isCut).toBe(false);
    const asked = backend.requests.length;
    backend.put('a');
    backend.hint();
    await until(() => backend.requests.length > asked);
    expect(backend.requests.at(-1)).toMatch(/^changes/);
  });

  it('begins near the end of a very long log', async () => {
    await open('x'.repeat(99) + '\n' + 'y\n'.repeat(1_000_000), true);
    await until(() => follower.hasEnded);
    expect(follower.tail.isCut).toBe(true);
    expect(follower.tail.text.length).toBeLessThanOrEqual(1_000_000);
    expect(follower.tail.text).not.toContain('x');
  });

  it('reads on as soon as its job changes', async () => {
    await open('one\n', false);
    await until(() => follower.tail.text === 'one\n');
    backend.log += 'two\n';
    const before = Date.now();
    backend.put('a', { epoch: 3 });
    backend.hint();
    await until(() => follower.tail.text === 'one\ntwo\n');
    expect(Date.now() - before).toBeLessThan(900);
  });

  it('says why the log cannot be read and shows it when it can', async () => {
    await open('one\n', false);
    backend.override = (_, path) =>
      path.endsWith('log')
        ? { status: 404, body: '{"message": "No job of that id."}' }
        : null;
    await until(() => follower.error !== null);
    expect(follower.error).toBe('No job of that id.');
    backend.override = () => null;
    await until(() => follower.tail.text === 'one\n');
    expect(follower.error).toBeNull();
  });
});
