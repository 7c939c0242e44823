import { Backend } from '../../../jest/backend';
import { until } from '../../../jest/until';
import { AibroClient } from '../../api';
import { JobsModel } from '../../live/model';
import { JobList } from './list';
import { EVERYTHING } from './query';

/** A job's creation, such that higher numbers are newer. */
const born = (number: number) => ({ created_at: 1000 + number });

describe('the list of jobs', () => {
  let backend: Backend;
  let model: JobsModel;
  let list: JobList;

  const open = async (count: number): Promise<void> => {
    backend = new Backend();
    for (let number = 0; number < count; number++) {
      backend.put(`job-${number}`, born(number));
    }
    model = new JobsModel(new AibroClient(backend.settings));
    list = new JobList(model);
    await model.start();
    await until(
      () =>
        list.isLoaded &&
        list.indexOf(list.row(count - 1)?.job_id ?? '') === count - 1 &&
        backend.count('changes') === 2
    );
  };

  const ids = (first: number, last: number): (string | undefined)[] =>
    Array.from(
      { length: last - first + 1 },
      (_, offset) => list.row(first + offset)?.job_id
    );

  afterEach(() => {
    list.dispose();
    model.dispose();
  });

  it('asks for the two ends of very many jobs and knows how many there are', async () => {
    await open(1000);
    expect(list.length).toBe(1000);
    expect(ids(0, 1)).toEqual(['job-999', 'job-998']);
    expect(ids(998, 999)).toEqual(['job-1', 'job-0']);
    expect(list.row(500)).toBeUndefined();
    expect(backend.count('jobs')).toBe(2);
  });

  it('asks for the page that is jumped to', async () => {
    await open(1000);
    list.setVisibleRows(500, 520);
    await until(() => list.row(520) !== undefined);
    expect(ids(500, 501)).toEqual(['job-499', 'job-498']);
    expect(backend.count('jobs')).toBe(3);
  });

  it('skips the pages that were scrolled past meanwhile', async () => {
    await open(2000);
    list.setVisibleRows(300, 320);
    list.setVisibleRows(700, 720);
    list.setVisibleRows(1100, 1120);
    await until(() => list.row(1120) !== undefined);
    expect(list.row(700)).toBeUndefined();
    expect(backend.count('jobs')).toBe(4);
  });

  it('updates a row where it is', async () => {
    await open(300);
    backend.put('job-290', { epoch: 9 });
    backend.hint();
    await until(() => list.row(9)?.epoch === 9);
    expect(list.length).toBe(300);
    expect(backend.count('jobs')).toBe(2);
  });

  it('shows a new job on top at once, without asking for the list again', async () => {
    await open(300);
    backend.put('new', born(9999));
    backend.hint();
    await until(() => list.length === 301);
    expect(ids(0, 1)).toEqual(['new', 'job-299']);
    expect(backend.count('jobs')).toBe(2);
  });

  it('lets new jobs wait while the pointer is over it, then lets them in', async () => {
    await open(3);
    list.hold = { pointer: true, scrolled: false };
    backend.put('new', born(9999));
    backend.hint();
    await until(() => list.waiting === 1);
    expect(ids(0, 2)).toEqual(['job-2', 'job-1', 'job-0']);
    list.hold = { pointer: false, scrolled: false };
    expect(list.waiting).toBe(0);
    expect(ids(0, 1)).toEqual(['new', 'job-2']);
  });

  it('lets new jobs wait while it is scrolled, until they are asked for', async () => {
    await open(3);
    list.hold = { pointer: false, scrolled: true };
    backend.put('new-1', born(9998));
    backend.put('new-2', born(9999));
    backend.hint();
    await until(() => list.waiting === 2);
    list.hold = { pointer: false, scrolled: true };
    expect(list.waiting).toBe(2);
    list.admit();
    expect(ids(0, 2)).toEqual(['new-2', 'new-1', 'job-2']);
  });

  it('lets new jobs in at once when no row is left that could move', async () => {
    await open(2);
    list.hold = { pointer: true, scrolled: true };
    backend.delete('job-0');
    backend.delete('job-1');
    backend.put('new', born(9999));
    backend.hint();
    await until(() => list.length === 1);
    expect(list.waiting).toBe(0);
    expect(ids(0, 0)).toEqual(['new']);
  });

  it('reads the right rows further down while new jobs wait', async () => {
    await open(1000);
    list.hold = { pointer: false, scrolled: true };
    backend.put('new', born(9999));
    backend.hint();
    await until(() => list.waiting === 1);
    list.setVisibleRows(500, 520);
    await until(() => list.row(500) !== undefined);
    expect(ids(500, 501)).toEqual(['job-499', 'job-498']);
    expect(list.waiting).toBe(1);
  });

  it('keeps a job that ended under the pointer in the active ones until the pointer leaves', async () => {
    await open(3);
    list.query = { ...EVERYTHING, filter: 'active' };
    await until(() => backend.count('jobs') === 2);
    list.hold = { pointer: true, scrolled: false };
    backend.put('job-1', { status: 'COMPLETED', ended_at: 2000 });
    backend.hint();
    await until(() => list.row(1)?.status === 'COMPLETED');
    list.hold = { pointer: false, scrolled: false };
    expect(ids(0, 1)).toEqual(['job-2', 'job-0']);
    expect(list.length).toBe(2);
  });

  it('shows those on one machine', async () => {
    await open(3);
    backend.put('elsewhere', { machine_id: 'gpu-4', ...born(9) });
    list.query = { ...EVERYTHING, machine: 'gpu-4' };
    await until(() => list.length === 1);
    backend.put('another', { machine_id: 'gpu-4', ...born(10) });
    backend.put('here', born(11));
    backend.hint();
    await until(() => list.length === 2);
    expect(ids(0, 1)).toEqual(['another', 'elsewhere']);
    expect(list.machines).toEqual(new Set(['gpu-4']));
  });

  describe('oldest first', () => {
    const reverse = async (): Promise<void> => {
      list.query = { ...EVERYTHING, sort: 'created' };
      await until(() => list.row(0)?.job_id === 'job-0');
    };

    it('begins with the first job and knows the last', async () => {
      await open(1000);
      await reverse();
      await until(() => list.row(999)?.job_id === 'job-999');
      expect(list.row(500)).toBeUndefined();
    });

    it('adds a new job at the end at once, whatever is looked at', async () => {
      await open(300);
      await reverse();
      await until(() => list.row(299) !== undefined);
      list.hold = { pointer: true, scrolled: true };
      backend.put('new', born(9999));
      backend.hint();
      await until(() => list.length === 301);
      expect(list.waiting).toBe(0);
      expect(ids(299, 300)).toEqual(['job-299', 'new']);
    });

    it('keeps the rows in their places when an unknown job changes', async () => {
      await open(1000);
      await reverse();
      await until(() => list.row(999) !== undefined);
      backend.put('job-500', { epoch: 9 });
      backend.hint();
      await until(() => backend.count('changes') === 3);
      list.setVisibleRows(500, 520);
      await until(() => list.row(500)?.epoch === 9);
      expect(list.length).toBe(1000);
      expect(list.waiting).toBe(0);
    });
  });

  it('drops a job that was deleted', async () => {
    await open(3);
    backend.delete('job-1');
    backend.hint();
    await until(() => list.length === 2);
    expect(ids(0, 1)).toEqual(['job-2', 'job-0']);
  });

  it('counts again when a job far down was deleted', async () => {
    await open(500);
    backend.delete('job-0');
    backend.hint();
    await until(() => list.length === 499);
  });

  it('does not lose a change that comes while its page is under way', async () => {
    await open(1000);
    let answer = (): void => undefined;
    backend.gate = new Promise(resolve => (answer = resolve));
    list.setVisibleRows(500, 520);
    // Read before the change, arrives after it.
    await until(() => backend.count('jobs') === 3);
    backend.gate = Promise.resolve();
    backend.put('job-499', { epoch: 9 });
    backend.hint();
    await until(() => backend.count('changes') === 3);
    answer();
    await until(() => list.row(500) !== undefined);
    expect(list.row(500)?.epoch).toBe(9);
  });

  it('reads everything again when the store was replaced', async () => {
    await open(500);
    backend.jobs.clear();
    backend.seq = 0;
    backend.put('other');
    backend.hint();
    await until(() => list.length === 1);
    expect(ids(0, 0)).toEqual(['other']);
  });

  it('says why the jobs could not be read, and reads them when told to', async () => {
    await open(3);
    backend.override = (_, path) =>
      path === 'jobs'
        ? {
            status: 400,
            body: JSON.stringify({
              message: 'search is too long.',
              code: 'BadInput',
              field: 'search'
            })
          }
        : null;
    list.query = { ...EVERYTHING, search: 'job-1' };
    await until(() => list.error !== null);
    expect(list.error).toBe('search is too long.');
    backend.override = () => null;
    list.reload();
    await until(() => list.length === 1);
    expect(list.error).toBeNull();
  });

  it('answers the last question when several are asked quickly', async () => {
    await open(30);
    list.query = { ...EVERYTHING, search: 'job-1' };
    list.query = { ...EVERYTHING, search: 'job-29' };
    await until(() => list.length === 1);
    expect(ids(0, 0)).toEqual(['job-29']);
  });

  describe('when a report is imported', () => {
    /** A job that ran long before all others, somewhere else. */
    const old = { foreign: true, recorded: true, created_at: 1, ended_at: 2 };
    const bringIn = (): void => {
      backend.put('imported', old);
      backend.hint();
    };

    it('shows its job at the top, however old it is', async () => {
      await open(500);
      bringIn();
      await until(() => list.length === 501);
      expect(ids(0, 1)).toEqual(['imported', 'job-499']);
    });

    it('keeps new jobs above it', async () => {
      await open(500);
      bringIn();
      await until(() => list.length === 501);
      backend.put('new', born(1000));
      backend.hint();
      await until(() => list.length === 502);
      expect(ids(0, 2)).toEqual(['new', 'imported', 'job-499']);
    });

    it('goes to it, once, whatever was searched for', async () => {
      await open(30);
      list.query = { ...EVERYTHING, filter: 'active', search: 'job-1' };
      await until(() => list.row(0)?.job_id === 'job-19');
      bringIn();
      list.reveal('imported');
      let index = -1;
      await until(() => (index = list.takeWanted()) >= 0);
      expect(index).toBe(0);
      expect(list.query).toEqual(EVERYTHING);
      expect(list.takeWanted()).toBe(-1);
    });
  });
});
