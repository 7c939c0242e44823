import { CommandRegistry } from '@lumino/commands';

/** Commands that only record that they were executed. */
export interface ISpecCommands {
  readonly commands: CommandRegistry;
  /** The ids and arguments of executed commands, in order. */
  readonly executed: readonly (readonly [id: string, args: object])[];
}

/** Register commands with these ids. */
export function specCommands(...ids: readonly string[]): ISpecCommands {
  const commands = new CommandRegistry();
  const executed: [string, object][] = [];
  for (const id of ids) {
    commands.addCommand(id, {
      execute: args => {
        executed.push([id, args]);
      }
    });
  }
  return { commands, executed };
}
