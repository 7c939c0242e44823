import { Backend } from '../../jest/backend';
import { holdTimeouts, untilAtOnce } from '../../jest/timeouts';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import { JobsModel } from '../live/model';
import { LogModel } from './lines';

describe('the lines of a log', () => {
  let backend: Backend;
  let jobs: JobsModel;
  let log: LogModel;

  const open = async (text: string, ended: boolean): Promise<void> => {
    backend = new Backend();
    backend.log = text;
    backend.put('a', { ended_at: ended ? 1 : null });
    jobs = new JobsModel(new AibroClient(backend.settings));
    await jobs.start();
    await until(() => backend.openSockets === 1);
    log = new LogModel(jobs, 'a');
  };

  const numbered = (count: number): string =>
    Array.from({ length: count }, (_, line) => `line ${line}\n`).join('');

  afterEach(() => {
    log.dispose();
    jobs.dispose();
  });

  it('are read from the end, and where somebody looks', async () => {
    await open(numbered(30_000), true);
    await until(() => log.hasEnded);
    expect(log.total).toBe(30_000);
    log.setVisibleLines(29_950, 29_999);
    await until(() => log.line(29_999)?.text === 'line 29999');
    expect(log.line(500)).toBeUndefined();
    log.setVisibleLines(500, 700);
    await until(() => [500, 600, 700].every(index => log.line(index)));
    expect(log.line(600)?.text).toBe('line 600');
    log.setVisibleLines(0, 10);
    await until(() => log.line(0) !== undefined);
    expect(backend.count('jobs/a/log/lines')).toBeLessThan(20);
  });

  it('are there before they are scrolled to', async () => {
    await open(numbered(3000), true);
    await until(() => log.hasEnded);
    log.setVisibleLines(1000, 1040);
    await until(() => !!log.line(920) && !!log.line(1120));
    // Also a page above is not asked for line by line.
    const asked = backend.count('jobs/a/log/lines');
    for (let first = 1000; first >= 900; first--) {
      log.setVisibleLines(first, first + 40);
    }
    await until(() => !!log.line(800));
    expect(backend.count('jobs/a/log/lines') - asked).toBeLessThanOrEqual(3);
  });

  it('are not asked for again once an ended log is known', async () => {
    await open(numbered(50), true);
    await until(() => log.hasEnded);
    const asked = backend.count('jobs/a/log');
    backend.put('a');
    const changes = backend.count('changes');
    backend.hint();
    await until(() => backend.count('changes') > changes);
    expect(backend.count('jobs/a/log')).toBe(asked);
  });

  it('grow as soon as the job changes, the last one too', async () => {
    await open('one\ntw', false);
    // So that it does not come by looking again from time to time.
    holdTimeouts();
    await untilAtOnce(() => log.line(1)?.text === 'tw');
    backend.log += 'o\nthree';
    backend.put('a', { epoch: 3 });
    backend.hint();
    await untilAtOnce(() => log.line(1)?.text === 'two');
    expect(log.total).toBe(3);
    await untilAtOnce(() => log.line(2)?.text === 'three');
  });

  it('rest while nobody looks, and are there at once when somebody does', async () => {
    await open('one\n', false);
    await until(() => log.total === 1);
    log.isWatched = false;
    backend.log += 'two\n';
    backend.put('a', { epoch: 3 });
    const asked = backend.count('changes');
    backend.hint();
    await until(() => backend.count('changes') > asked);
    expect(log.total).toBe(1);
    log.isWatched = true;
    await until(() => log.total === 2);
  });

  it('say why they cannot be read, stay, and go on when they can', async () => {
    await open('one\n', false);
    await until(() => log.total === 1);
    backend.override = (_, path) =>
      path.includes('/log')
        ? { status: 503, body: '{"message": "The disk is away."}' }
        : null;
    await until(() => log.error !== null);
    expect(log.error).toBe('The disk is away.');
    expect(log.line(0)?.text).toBe('one');
    backend.override = () => null;
    backend.log += 'two\n';
    await log.retry();
    expect(log.error).toBeNull();
    expect(log.total).toBe(2);
  });

  it('are read when the server is back, although the log has ended', async () => {
    await open(numbered(1000), true);
    await until(() => log.hasEnded);
    backend.override = () => {
      throw new TypeError('away');
    };
    log.setVisibleLines(0, 10);
    await until(() => log.error !== null);
    backend.override = () => null;
    await log.retry();
    await until(() => log.line(0) !== undefined);
    expect(log.error).toBeNull();
  });
});
