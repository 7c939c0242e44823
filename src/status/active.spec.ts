import { nullTranslator } from '@jupyterlab/translation';
import { Backend } from '../../jest/backend';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import { JobsModel } from '../live/model';
import { ActiveJobs } from './active';
import { StatusItem, activityWords } from './item';
import { Widget } from '@lumino/widgets';

const trans = nullTranslator.load('jupyterlab_aibro');
const QUEUED = {
  status: 'QUEUING',
  substatus: 'REQUESTING SERVER'
} as const;
const ENDED = { status: 'COMPLETED', ended_at: 2000 } as const;

describe('the number of active jobs', () => {
  let backend: Backend;
  let model: JobsModel;
  let active: ActiveJobs;

  const open = async (): Promise<void> => {
    model = new JobsModel(new AibroClient(backend.settings));
    active = new ActiveJobs(model);
    await model.start();
  };

  const words = (): string => activityWords(active.activity, trans);

  beforeEach(() => {
    backend = new Backend();
  });

  afterEach(() => {
    active.dispose();
    model.dispose();
  });

  it('counts those that train and those that wait, also when there are hundreds', async () => {
    backend.put('ended', ENDED);
    backend.put('a');
    for (let number = 0; number < 250; number++) {
      backend.put(`waits-${number}`, QUEUED);
    }
    await open();
    await until(() => words() === '1 training, 250 queued');
  });

  it('follows a job from its start to its end', async () => {
    await open();
    expect(words()).toBe('');
    backend.put('a', QUEUED);
    backend.hint();
    await until(() => words() === '1 queued');
    backend.put('a', { status: 'TRAINING' });
    backend.hint();
    await until(() => words() === '1 training');
    backend.put('a', ENDED);
    backend.hint();
    await until(() => words() === '');
  });

  it('is not led back by an answer that is older than a change', async () => {
    backend.put('a');
    let answer = (): void => undefined;
    await open();
    await until(() => words() === '1 training');
    backend.gate = new Promise(resolve => (answer = resolve));
    const again = new ActiveJobs(model);
    backend.gate = Promise.resolve();
    backend.put('a', ENDED);
    backend.hint();
    await until(() => words() === '');
    answer();
    await until(() => backend.count('jobs') === 2);
    expect(activityWords(again.activity, trans)).toBe('');
    again.dispose();
  });

  it('is read anew when the store was replaced', async () => {
    backend.put('a');
    backend.put('b');
    await open();
    await until(() => words() === '2 training');
    backend.jobs.clear();
    backend.seq = 0;
    backend.put('c', QUEUED);
    backend.hint();
    await until(() => words() === '1 queued');
  });

  it('is a button in the status bar that shows the panel', async () => {
    backend.put('a');
    await open();
    await until(() => words() === '1 training');
    let isShown = false;
    const item = new StatusItem(active, () => (isShown = true), trans);
    Widget.attach(item, document.body);
    await until(() => item.node.querySelector('button') !== null);
    const button = item.node.querySelector('button');
    expect(button?.textContent).toBe('1 training');
    expect(button?.getAttribute('aria-label')).toBe('AIbro jobs: 1 training');
    button?.click();
    expect(isShown).toBe(true);
    item.dispose();
  });
});
