/** What can be done with a job on its page. */

import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Job } from '../../api';
import { CommandIDs } from '../../tokens';
import { hasEnded } from '../model/job';
import type { IJobPageServices } from './services';

/** A button that is always shown, also when it can do nothing. */
export interface IPageAction {
  readonly label: string;
  /** Why it can do nothing now. */
  readonly obstacle: string | null;
  execute(): void;
}

/** What the actions work with. */
export type IActionServices = Pick<
  IJobPageServices,
  'commands' | 'linkTo' | 'trans'
>;

type Offer = readonly [
  command: string,
  label: string,
  /** Why it cannot be done now; `false` when it can. */
  obstacle: string | false
];

/** The actions on a job as a whole. */
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

/** The actions on what was recorded of a job. */
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

/** Of the commands that there are, a button each. */
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
