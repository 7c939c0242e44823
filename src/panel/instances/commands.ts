import { addIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { reportFailure } from '../../job/model/commands';
import { closingIcon } from '../../job/model/icons';
import { CommandIDs } from '../../tokens';
import type { IPanelContext } from '../context';

/** Register the commands on instances. */
export function addInstanceCommands(
  commands: CommandRegistry,
  context: IPanelContext
): void {
  const { jobs, instances, settings, trans } = context;

  const instanceId = {
    type: 'string',
    description: trans.__(
      'Id of the instance; without it the cooling one that closes first'
    )
  } as const;

  const instanceIdOf = (
    args: ReadonlyPartialJSONObject
  ): string | undefined => {
    if (typeof args.instanceId === 'string') {
      return args.instanceId;
    }
    const cooling = instances.rows
      .filter(({ status }) => status === 'COOLING')
      .sort((a, b) => (a.cooling_until ?? 0) - (b.cooling_until ?? 0));
    return cooling.at(0)?.instance_id;
  };

  const isCooling = (args: ReadonlyPartialJSONObject): boolean => {
    const id = instanceIdOf(args);
    return (
      id !== undefined &&
      (instances.find(id)?.status ?? 'COOLING') === 'COOLING'
    );
  };

  commands.addCommand(CommandIDs.extendInstance, {
    label: trans.__('Extend Instance'),
    caption: trans.__('Hold the cooling instance longer'),
    icon: addIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          instanceId,
          seconds: {
            type: 'number',
            description: trans.__('How much longer the instance is held')
          }
        }
      }
    },
    isEnabled: isCooling,
    execute: async args => {
      const id = instanceIdOf(args);
      if (id === undefined) {
        return;
      }
      const { seconds } = args;
      const body = {
        seconds:
          typeof seconds === 'number' ? seconds : settings.current.extendSeconds
      };
      await jobs.client.extendInstance(id, body).catch(reportFailure);
    }
  });

  commands.addCommand(CommandIDs.closeInstance, {
    label: trans.__('Close Instance'),
    caption: trans.__('Close the cooling instance now'),
    icon: closingIcon,
    describedBy: { args: { type: 'object', properties: { instanceId } } },
    isEnabled: isCooling,
    execute: async args => {
      const id = instanceIdOf(args);
      if (id !== undefined) {
        await jobs.client.closeInstance(id).catch(reportFailure);
      }
    }
  });
}
