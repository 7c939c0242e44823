/** The actions for a replay. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Folders } from '../../contents/folders';
import { hasEnded } from '../../job/model/job';
import { CommandIDs } from '../../tokens';
import { filesAction } from '../files';
import type { IReplayFacts } from './feed';

/** A button. */
export interface IPageAction {
  readonly label: string;
  /** Null while the action is not possible. */
  readonly execute: (() => void) | null;
}

/** The services that the actions use. */
export interface IActionServices {
  readonly commands: CommandRegistry;
  readonly folders: Folders;
  readonly trans: TranslationBundle;
}

/** The most likely next actions. */
export function mainActions(
  { folders: saved, recorded, replay }: IReplayFacts,
  { commands, folders, trans }: IActionServices
): IPageAction[] {
  const { job_id: jobId } = replay;
  const first = hasEnded(replay)
    ? {
        label: trans.__('Replay again…'),
        execute: recorded?.recorded
          ? commandOn(commands, CommandIDs.replay, recorded.job_id)
          : null
      }
    : {
        label: trans.__('Cancel'),
        execute: replay.cancel_requested
          ? null
          : commandOn(commands, CommandIDs.cancel, jobId)
      };
  return [
    first,
    {
      label: trans.__('Show files'),
      execute: filesAction(commands, folders, saved)
    },
    {
      label: trans.__('Open TensorBoard'),
      execute: commandOn(commands, CommandIDs.openTensorBoard, jobId)
    }
  ];
}

/** Links to more about both jobs. */
export function linkActions(
  { recorded, replay }: IReplayFacts,
  { commands, trans }: IActionServices
): IPageAction[] {
  const links: [label: string, command: string, jobId: string][] = [
    [trans.__('Timeline'), CommandIDs.showTimeline, replay.job_id],
    [trans.__('Log'), CommandIDs.showLog, replay.job_id]
  ];
  if (recorded) {
    const { job_id: jobId } = recorded;
    links.push(
      [trans.__('Recorded job’s timeline'), CommandIDs.showTimeline, jobId],
      [trans.__('Recorded job’s log'), CommandIDs.showLog, jobId]
    );
  }
  return links
    .filter(([, command]) => commands.hasCommand(command))
    .map(([label, command, jobId]) => ({
      label,
      execute: commandOn(commands, command, jobId)
    }));
}

function commandOn(
  commands: CommandRegistry,
  id: string,
  jobId: string
): (() => void) | null {
  return commands.hasCommand(id)
    ? () => void commands.execute(id, { jobId })
    : null;
}
