import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Backend } from '../../jest/backend';
import { AibroClient } from '../api';
import { Settings } from '../settings/settings';
import { CommandIDs } from '../tokens';
import { addInstanceCommands } from './instanceCommands';
import { InstanceList } from './instances';
import { JobList } from './list';
import { JobsModel } from './model';
import { Selection } from './selection';

describe('the commands on instances', () => {
  let backend: Backend;
  let model: JobsModel;
  let list: JobList;
  let selection: Selection;
  let instances: InstanceList;
  let commands: CommandRegistry;
  /** Method and path of what was asked of instances. */
  let asked: string[];

  beforeEach(async () => {
    backend = new Backend();
    asked = [];
    backend.override = (method, path) => {
      if (/^instances\/./.test(path)) {
        asked.push(`${method} ${path}`);
      }
      return null;
    };
    model = new JobsModel(new AibroClient(backend.settings));
    list = new JobList(model);
    selection = new Selection(model, list);
    instances = new InstanceList(model);
    commands = new CommandRegistry();
    addInstanceCommands(commands, {
      jobs: model,
      list,
      selection,
      instances,
      commands,
      trans: nullTranslator.load('jupyterlab_aibro'),
      locale: 'en',
      settings: new Settings()
    });
    await model.start();
  });

  afterEach(() => {
    instances.dispose();
    selection.dispose();
    list.dispose();
    model.dispose();
  });

  it('without an id are for the cooling one that closes first', async () => {
    backend.putInstance('works', { status: 'EXECUTING' });
    backend.putInstance('later', { status: 'COOLING', cooling_until: 2000 });
    backend.putInstance('sooner', { status: 'COOLING', cooling_until: 1500 });
    await instances.reload();
    await commands.execute(CommandIDs.extendInstance);
    await commands.execute(CommandIDs.closeInstance);
    await commands.execute(CommandIDs.closeInstance, { instanceId: 'later' });
    expect(asked).toEqual([
      'POST instances/sooner/extend',
      'POST instances/sooner/close',
      'POST instances/later/close'
    ]);
  });

  it('can do nothing while none cools', async () => {
    backend.putInstance('works', { status: 'EXECUTING' });
    await instances.reload();
    expect(commands.isEnabled(CommandIDs.extendInstance)).toBe(false);
    expect(
      commands.isEnabled(CommandIDs.closeInstance, { instanceId: 'works' })
    ).toBe(false);
  });
});
