import { addIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { CommandIDs } from '../tokens';
import type { IPanelContext } from './context';
import { closingIcon } from './icons';
import { reportFailure } from './target';

/** Register the commands on instances. */
export function addInstanceCommands(
  commands: CommandRegistry,
  context: IPanelContext
): void {
  const { jobs, instances, settings, trans } = context;

  const instanceArgs = {
    type: 'object',
    properties: {
      instanceId: {
        type: 'string',
        description: trans.__('Id of the instance')
      },
      seconds: {
        type: 'number',
        description: trans.__('How much longer the instance is held')
      }
    },
    required: ['instanceId']
  } as const;

  const isCooling = ({ instanceId }: ReadonlyPartialJSONObject): boolean =>
    typeof instanceId === 'string' &&
    (instances.find(instanceId)?.status ?? 'COOLING') === 'COOLING';

  commands.addCommand(CommandIDs.extendInstance, {
    label: trans.__('Extend Instance'),
    caption: trans.__('Hold the cooling instance longer'),
    icon: addIcon,
    describedBy: { args: instanceArgs },
    isEnabled: isCooling,
    execute: async ({ instanceId, seconds }) => {
      const body = {
        seconds:
          typeof seconds === 'number' ? seconds : settings.current.extendSeconds
      };
      await jobs.client
        .extendInstance(instanceId as string, body)
        .catch(reportFailure);
    }
  });

  commands.addCommand(CommandIDs.closeInstance, {
    label: trans.__('Close Instance'),
    caption: trans.__('Close the cooling instance now'),
    icon: closingIcon,
    describedBy: { args: instanceArgs },
    isEnabled: isCooling,
    execute: async ({ instanceId }) => {
      await jobs.client
        .closeInstance(instanceId as string)
        .catch(reportFailure);
    }
  });
}
