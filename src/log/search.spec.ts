import { Backend } from '../../jest/backend';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import { JobsModel } from '../live/model';
import { LogModel } from './lines';
import { LogSearch } from './search';

describe('looking for text in a log', () => {
  let backend: Backend;
  let jobs: JobsModel;
  let log: LogModel;
  let search: LogSearch;

  const open = async (text: string, ended = true): Promise<void> => {
    backend = new Backend();
    backend.log = text;
    backend.put('a', { ended_at: ended ? 1 : null });
    jobs = new JobsModel(new AibroClient(backend.settings));
    await jobs.start();
    await until(() => backend.openSockets === 1);
    log = new LogModel(jobs, 'a');
    search = new LogSearch(log);
    await until(() => log.isLoaded);
  };

  const ask = async (text: string, from = 0): Promise<void> => {
    search.ask({ text, matchCase: true }, from);
    await until(() => search.isComplete);
  };

  afterEach(() => {
    search.dispose();
    log.dispose();
    jobs.dispose();
  });

  it('finds every hit of all of it, from where the reader is', async () => {
    const lines = Array.from({ length: 950 }, (_, line) =>
      line % 10 === 5 ? 'hit and hit' : 'nothing'
    );
    await open(lines.join('\n'));
    const went: number[] = [];
    search.moved.connect((_, { line }) => void went.push(line));
    await ask('hit', 500);
    expect(search.count).toBe(190);
    expect(search.hit).toEqual({ line: 505, nth: 0 });
    search.step(1);
    expect(search.hit).toEqual({ line: 505, nth: 1 });
    search.step(1);
    search.step(-1);
    search.step(-1);
    search.step(-1);
    expect(search.hit).toEqual({ line: 495, nth: 1 });
    expect(went).toEqual([505, 505, 515, 505, 505, 495]);
  });

  it('goes around the ends', async () => {
    await open('x\n\nx\n');
    await ask('x', 2);
    expect(search.hit?.line).toBe(2);
    search.step(1);
    expect(search.hit?.line).toBe(0);
    search.step(-1);
    expect(search.hit?.line).toBe(2);
  });

  it('begins anew above when there is nothing below', async () => {
    await open('x\n' + '\n'.repeat(500));
    await ask('x', 400);
    expect(search.hit?.line).toBe(0);
  });

  it('says that there is nothing', async () => {
    await open('x\n');
    await ask('y');
    expect([search.count, search.hit]).toEqual([0, null]);
    search.step(1);
    expect(search.hit).toBeNull();
  });

  it('forgets what was asked before, also when its answer comes late', async () => {
    await open('a\nb\nb\n');
    let letGo = (): void => undefined;
    backend.gate = new Promise(resolve => {
      letGo = resolve;
    });
    search.ask({ text: 'b', matchCase: true }, 0);
    search.ask({ text: 'a', matchCase: true }, 0);
    letGo();
    await until(() => search.isComplete);
    expect(search.count).toBe(1);
    search.ask({ text: '', matchCase: true }, 0);
    expect([search.count, search.hit]).toEqual([0, null]);
  });

  it('finds what is added later, in the last line too, and stays at its hit', async () => {
    await open('hit\nhi', false);
    await ask('hit');
    expect(search.count).toBe(1);
    backend.log += 't\nhit hit';
    backend.put('a', { epoch: 3 });
    backend.hint();
    await until(() => search.count === 4);
    backend.log += ' hit\n';
    backend.put('a', { epoch: 4 });
    backend.hint();
    await until(() => search.count === 5);
    expect(search.hit).toEqual({ line: 0, nth: 0 });
  });

  it('says why it failed, and tries again on the next step', async () => {
    await open('x\n');
    backend.override = (_, path) =>
      path.endsWith('search')
        ? { status: 503, body: '{"message": "The disk is away."}' }
        : null;
    search.ask({ text: 'x', matchCase: true }, 0);
    await until(() => search.error !== null);
    expect(search.error).toBe('The disk is away.');
    backend.override = () => null;
    search.step(1);
    await until(() => search.count === 1);
    expect(search.error).toBeNull();
  });
});
