/** The actions for a job on its page. */

import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Job } from '../../api';
import { CommandIDs } from '../../tokens';
import { hasEnded } from '../model/job';
import type { IJobPageServices } from './services';

/** A button that is always shown; disabled when its action is not possible. */
export interface IPageAction {
  readonly label: string;
  /** Why the action is not possible now; null when it is possible. */
  readonly obstacle: string | null;
  execute(): void;
}

/** The services that the actions use. */
export type IActionServices = Pick<
  IJobPageServices,
  'commands' | 'linkTo' | 'trans'
>;

type Offer = readonly [
  command: string,
  label: string,
  /** Why the action is not possible now; `false` when it is possible. */
  obstacle: string | false
];

/** The actions for a job as a whole. */
export function jobActions(
  job: Job,
  { commands, linkTo, trans }: IActionServices
): IPageAction[] {
  const running = !hasEnded(job) && trans.__('The job has not ended yet.');
  const actions = offer(job.job_id, commands, [
    [CommandIDs.cancel, trans.__('Cancel'), whyNotCancel(job, trans)],
    [CommandIDs.replay, trans.__('Replay…'), running || unrecorded(job, trans)],
    [
      CommandIDs.saveReport,
      trans.__('Save report'),
      running || unrecorded(job, trans)
    ],
    [CommandIDs.deleteJob, trans.__('Delete…'), running]
  ]);
  if (linkTo) {
    actions.push({
      label: trans.__('Copy link'),
      obstacle: null,
      execute: () => Clipboard.copyToSystem(linkTo(job.job_id))
    });
  }
  return actions;
}

/** The actions for what was recorded of a job. */
export function recordingActions(
  job: Job,
  { commands, trans }: IActionServices
): IPageAction[] {
  const running = !hasEnded(job) && trans.__('The job has not ended yet.');
  return offer(job.job_id, commands, [
    [CommandIDs.replay, trans.__('Replay…'), running],
    [CommandIDs.saveReport, trans.__('Save report'), running],
    [CommandIDs.deleteRecording, trans.__('Delete recording…'), running]
  ]);
}

/** A button for each command that is registered: commands of disabled plugins are left out. */
function offer(
  jobId: string,
  commands: CommandRegistry,
  offers: readonly Offer[]
): IPageAction[] {
  return offers
    .filter(([command]) => commands.hasCommand(command))
    .map(([command, label, obstacle]) => ({
      label,
      obstacle: obstacle || null,
      execute: () => void commands.execute(command, { jobId })
    }));
}

function whyNotCancel(job: Job, trans: TranslationBundle): string | false {
  if (hasEnded(job)) {
    return trans.__('The job has ended.');
  }
  return job.cancel_requested && trans.__('The job is being canceled.');
}

function unrecorded(job: Job, trans: TranslationBundle): string | false {
  return !job.recorded && trans.__('The job was not recorded.');
}
