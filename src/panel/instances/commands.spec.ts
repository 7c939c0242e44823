import type { CommandRegistry } from '@lumino/commands';
import { Backend } from '../../../jest/backend';
import {
  disposePanelContext,
  makePanelContext
} from '../../../jest/panelContext';
import type { ISpecContext } from '../../../jest/panelContext';
import type { JobsModel } from '../../live/model';
import { CommandIDs } from '../../tokens';
import { addInstanceCommands } from './commands';
import type { InstanceList } from './instances';

describe('the commands on instances', () => {
  let backend: Backend;
  let model: JobsModel;
  let context: ISpecContext;
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
    context = makePanelContext(backend);
    ({ jobs: model, instances, commands } = context);
    addInstanceCommands(commands, context);
    await model.start();
  });

  afterEach(() => {
    disposePanelContext(context);
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
