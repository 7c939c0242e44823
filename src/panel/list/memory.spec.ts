import { StateDB } from '@jupyterlab/statedb';
import { Backend } from '../../../jest/backend';
import { until } from '../../../jest/until';
import { AibroClient } from '../../api';
import { JobsModel } from '../../live/model';
import { JobList } from './list';
import { rememberQuery } from './memory';
import { EVERYTHING } from './query';

describe('what the list remembers', () => {
  let model: JobsModel;
  let list: JobList;
  let state: StateDB;

  /** A page that is opened, with what the ones before have left. */
  const open = async (): Promise<void> => {
    const backend = new Backend();
    backend.put('a', { machine_id: 'gpu-4' });
    model = new JobsModel(new AibroClient(backend.settings));
    list = new JobList(model);
    await rememberQuery(list, state);
    await model.start();
    await until(() => list.isLoaded);
  };

  const close = (): void => {
    list.dispose();
    model.dispose();
  };

  beforeEach(() => {
    state = new StateDB();
  });

  afterEach(() => close());

  it('is filter, machine and order, not what was searched for', async () => {
    await open();
    list.query = {
      filter: 'active',
      machine: 'gpu-4',
      sort: 'created',
      search: 'a'
    };
    close();
    await open();
    expect(list.query).toEqual({
      filter: 'active',
      machine: 'gpu-4',
      sort: 'created',
      search: ''
    });
  });

  it('is nothing where nothing sensible was left', async () => {
    await state.save('jupyterlab-aibro:list', {
      filter: 'green',
      machine: 7,
      sort: null
    });
    await open();
    expect(list.query).toEqual(EVERYTHING);
  });
});
