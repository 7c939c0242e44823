import { Backend } from '../../../jest/backend';
import { until } from '../../../jest/until';
import { AibroClient } from '../../api';
import { JobsModel } from '../../live/model';
import { selectByKey } from '../jobs/gestures';
import { JobList } from './list';
import { EVERYTHING } from './query';
import { Selection } from './selection';

const PLAIN = { ctrlKey: false, metaKey: false, shiftKey: false };

describe('the selection of jobs', () => {
  let backend: Backend;
  let model: JobsModel;
  let list: JobList;
  let selection: Selection;

  /** As many jobs, `job-0` the oldest. */
  const open = async (count: number): Promise<void> => {
    backend = new Backend();
    for (let number = 0; number < count; number++) {
      backend.put(`job-${number}`, { created_at: 1000 + number });
    }
    model = new JobsModel(new AibroClient(backend.settings));
    list = new JobList(model);
    selection = new Selection(model, list);
    await model.start();
    await until(() => list.isLoaded && list.row(list.length - 1) !== undefined);
  };

  afterEach(() => {
    selection.dispose();
    list.dispose();
    model.dispose();
  });

  it('is of one job after a choice, and commands act on it', async () => {
    await open(5);
    expect(selection.size).toBe(0);
    selection.choose(1);
    selection.choose(2);
    expect(selection.ids).toEqual(['job-2']);
    expect(model.selected?.job_id).toBe('job-2');
  });

  it('takes single jobs in and lets them go', async () => {
    await open(5);
    selection.choose(0);
    selection.toggle(3);
    expect(selection.ids).toEqual(['job-4', 'job-1']);
    selection.toggle(0);
    expect(selection.ids).toEqual(['job-1']);
    expect(model.selected).toBeNull();
  });

  it('is extended from where it began, in both directions', async () => {
    await open(9);
    selection.choose(4);
    selection.extend(6);
    expect(selection.ids).toEqual(['job-4', 'job-3', 'job-2']);
    selection.extend(3);
    expect(selection.ids).toEqual(['job-5', 'job-4']);
    expect(selection.current).toBe(3);
  });

  it('takes in the jobs of a range that are not known yet, as they get known', async () => {
    await open(1000);
    selection.choose(50);
    selection.extend(650);
    expect(selection.includes(300)).toBe(true);
    await until(() => selection.size === 601);
    expect(selection.has('job-349')).toBe(true);
    expect(selection.has('job-348')).toBe(false);
  });

  it('is of a thousand jobs at most', async () => {
    await open(3000);
    selection.chooseAll();
    await until(() => selection.size === 1000);
    expect(selection.current).toBe(0);
    selection.choose(2999);
    selection.extend(0);
    await until(() => selection.size === 1000);
    expect(selection.has('job-0')).toBe(true);
    expect(selection.has('job-999')).toBe(true);
  });

  it('stays with its jobs when a new one comes in above', async () => {
    await open(4);
    selection.choose(1);
    selection.extend(2);
    backend.put('new', { created_at: 9999 });
    backend.hint();
    await until(() => list.length === 5);
    expect(selection.ids).toEqual(['job-2', 'job-1']);
    expect(selection.current).toBe(3);
    expect(selection.includes(1)).toBe(false);
  });

  it('knows the newest state of the selected job', async () => {
    await open(3);
    selection.choose(1);
    backend.put('job-1', { status: 'COMPLETED', ended_at: 2000 });
    backend.hint();
    await until(() => model.selected?.ended_at === 2000);
  });

  it('goes on to the next job when the selected one is deleted', async () => {
    await open(4);
    selection.choose(1);
    backend.delete('job-2');
    backend.hint();
    await until(() => list.length === 3);
    expect(selection.ids).toEqual(['job-1']);
    expect(selection.current).toBe(1);
  });

  it('loses those that are deleted and keeps the others', async () => {
    await open(4);
    selection.chooseAll();
    backend.delete('job-2');
    backend.delete('job-0');
    backend.hint();
    await until(() => list.length === 2);
    expect(selection.ids).toEqual(['job-3', 'job-1']);
  });

  it('loses a job that leaves what the list shows', async () => {
    await open(4);
    backend.put('job-0', { status: 'COMPLETED', ended_at: 2000 });
    list.query = { ...EVERYTHING, filter: 'active' };
    await until(() => list.length === 3);
    selection.choose(0);
    selection.toggle(2);
    backend.put('job-3', { status: 'COMPLETED', ended_at: 2000 });
    backend.hint();
    await until(() => list.length === 2);
    expect(selection.ids).toEqual(['job-1']);
  });

  it('loses a job that is missing when the list is read anew', async () => {
    await open(4);
    selection.chooseAll();
    backend.jobs.delete('job-2');
    list.reload();
    await until(() => list.length === 3);
    expect(selection.ids).toEqual(['job-3', 'job-1', 'job-0']);
  });

  it('is empty after another question', async () => {
    await open(4);
    selection.chooseAll();
    list.query = { ...EVERYTHING, search: 'job-1' };
    await until(() => list.length === 1);
    expect(selection.size).toBe(0);
    expect(model.selected).toBeNull();
  });

  describe('by keyboard', () => {
    const press = (key: string, modifiers: Partial<typeof PLAIN> = {}) =>
      selectByKey(selection, 3, list.length, { ...PLAIN, ...modifiers, key });

    it('follows the arrows, alone or extended with Shift', async () => {
      await open(9);
      selection.choose(0);
      press('ArrowDown');
      expect(selection.ids).toEqual(['job-7']);
      press('ArrowDown', { shiftKey: true });
      press('PageDown', { shiftKey: true });
      expect(selection.size).toBe(5);
      press('ArrowUp', { shiftKey: true });
      expect(selection.size).toBe(4);
      press('End');
      expect(selection.ids).toEqual(['job-0']);
    });

    it('goes past jobs with Ctrl and takes one in with the space bar', async () => {
      await open(9);
      selection.choose(0);
      press('ArrowDown', { ctrlKey: true });
      press('ArrowDown', { ctrlKey: true });
      expect(selection.ids).toEqual(['job-8']);
      press(' ', { ctrlKey: true });
      expect(selection.ids).toEqual(['job-8', 'job-6']);
    });

    it('selects all with Ctrl+A and goes back to one with Escape', async () => {
      await open(9);
      selection.choose(2);
      press('a', { ctrlKey: true });
      expect(selection.size).toBe(9);
      expect(selection.current).toBe(2);
      press('Escape');
      expect(selection.ids).toEqual(['job-6']);
      expect(press('Escape')).toBe(false);
    });
  });
});
