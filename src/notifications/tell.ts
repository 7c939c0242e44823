import { Notification as Toast } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Job } from '../api';
import { leaveEndToNotification } from '../jobs/announcer';
import { openJob } from '../jobs/target';
import { CommandIDs } from '../tokens';
import { hasFailed } from './endings';
import { endingWords, endingsWords } from './words';

/** More endings at the same time are told in one sentence. */
const MOST = 3;

/** How long good news is shown, in ms; a failure stays until it is closed. */
const SHOWN = 8000;

/** What telling works with. */
export interface ITellServices {
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  /** Whether the browser is to tell as well when its tab is hidden. */
  readonly onDesktop: boolean;
}

/** Show that jobs have ended, with what can be done next. */
export function tellEndings(
  jobs: readonly Job[],
  services: ITellServices
): void {
  const { commands, trans } = services;
  jobs.forEach(({ job_id: jobId }) => leaveEndToNotification(jobId));
  if (jobs.length > MOST) {
    const showPanel = (): void => void commands.execute(CommandIDs.showPanel);
    const type = jobs.some(hasFailed) ? 'warning' : 'success';
    const label = trans.__('Show jobs');
    const actions = [{ label, callback: showPanel }];
    show(endingsWords(jobs, trans), type, actions, 'aibro', services);
    return;
  }
  for (const job of jobs) {
    const [type, actions] = [typeOf(job), actionsOf(job, services)];
    show(endingWords(job, trans), type, actions, job.job_id, services);
  }
}

function typeOf(job: Job): Toast.TypeOptions {
  if (hasFailed(job)) {
    return 'error';
  }
  // Whether a verdict is good news is for the reader to say.
  return job.verdict === null ? 'success' : 'info';
}

/** The first is what a click on the desktop's notification does. */
function actionsOf(
  job: Job,
  { commands, trans }: ITellServices
): Toast.IAction[] {
  const args = { jobId: job.job_id };
  const isReplay =
    job.replay_of !== null && commands.hasCommand(CommandIDs.openReplay);
  const actions: Toast.IAction[] = [
    {
      label: trans.__('Open'),
      callback: () =>
        isReplay
          ? void commands.execute(CommandIDs.openReplay, args)
          : openJob(commands, job)
    }
  ];
  if (job.recorded && commands.hasCommand(CommandIDs.replay)) {
    actions.push({
      label: trans.__('Replay…'),
      callback: () => void commands.execute(CommandIDs.replay, args)
    });
  }
  return actions;
}

function show(
  message: string,
  type: Toast.TypeOptions,
  actions: Toast.IAction[],
  tag: string,
  { onDesktop, trans }: ITellServices
): void {
  const autoClose = type === 'error' ? false : SHOWN;
  Toast.emit(message, type, { actions, autoClose });
  if (onDesktop && document.hidden && isPermitted()) {
    const [title, body] = [trans.__('AIbro'), message];
    // Of several open tabs one notification is seen: they give it the same tag.
    const notification = new Notification(title, { body, tag });
    notification.onclick = event => {
      window.focus();
      notification.close();
      actions[0].callback(event as MouseEvent);
    };
  }
}

function isPermitted(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

/** Ask the user to let the browser show notifications, and say it when that cannot be. */
export async function askForPermission(
  trans: TranslationBundle
): Promise<void> {
  if (!('Notification' in window)) {
    Toast.warning(
      trans.__(
        'This browser shows no notifications here: it takes a page that comes over https or from this machine.'
      )
    );
  } else if ((await Notification.requestPermission()) !== 'granted') {
    Toast.warning(
      trans.__(
        'The browser was not allowed to show notifications. Its settings for this site can change that.'
      )
    );
  }
}
