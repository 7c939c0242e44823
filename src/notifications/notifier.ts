import { Notification as Toast } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Job } from '../api';
import { leaveEndToNotification } from '../job/model/announcer';
import { openJob } from '../job/model/commands';
import { CommandIDs } from '../tokens';
import { hasFailed } from './endings';
import { isToastVisible } from './toast';
import { endingWords, endingsWords } from './words';

/** How long good news is shown, in ms; the bell in the status bar keeps it. */
const SHOWN = 8000;

/** And how long a failure is. */
const FAILURE_SHOWN = 60_000;

/** Jobs that end within so many ms share a notification, even one whose toast is not there yet. */
const TOGETHER = SHOWN;

/** What a notifier works with. */
export interface INotifierServices {
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

/** What a notification says and offers. */
interface INotice {
  readonly message: string;
  readonly type: Toast.TypeOptions;
  /** How long it is shown, in ms. */
  readonly autoClose: number;
  /** The first is what a click on the desktop's notification does. */
  readonly actions: Toast.IAction[];
  /** Of notifications with the same tag, the desktop shows only one. */
  readonly tag: string;
}

/** The notification that is shown now, to which more jobs can be added. */
interface IShown {
  readonly id: string;
  readonly type: Toast.TypeOptions;
  readonly jobs: readonly Job[];
  /** When it was shown last, in ms. */
  readonly at: number;
}

/** Notifies of ended jobs, with buttons for what can be done next: in one toast, however many there are. */
export class EndingsNotifier {
  constructor(private readonly _services: INotifierServices) {}

  /** @param onDesktop - whether the browser shows a notification too when its tab is hidden. */
  notify(ended: readonly Job[], onDesktop: boolean): void {
    ended.forEach(({ job_id: jobId }) => leaveEndToNotification(jobId));
    const shown = this._shown && isStillThere(this._shown) ? this._shown : null;
    const jobs = [...(shown?.jobs ?? []), ...ended];
    const notice =
      jobs.length === 1
        ? noticeOfOne(jobs[0], this._services)
        : noticeOfSeveral(jobs, this._services);
    this._shown = { ...show(notice, shown), jobs, at: Date.now() };
    if (onDesktop && document.hidden && isPermitted()) {
      showOnDesktop(notice, this._services.trans);
    }
  }

  private _shown: IShown | null = null;
}

/** Whether jobs can be added to a notification: it was neither dismissed nor closed by time. */
function isStillThere({ at, id }: IShown): boolean {
  return (
    Toast.manager.has(id) && (Date.now() - at < TOGETHER || isToastVisible(id))
  );
}

/** Show a notification in place of the one that is shown. */
function show(
  { actions, autoClose, message, type }: INotice,
  shown: IShown | null
): Pick<IShown, 'id' | 'type'> {
  // A toast keeps its first colour, and one that is not on screen yet keeps its first words.
  if (shown?.type === type && isToastVisible(shown.id)) {
    Toast.update({ id: shown.id, message, actions, autoClose });
    return { id: shown.id, type };
  }
  if (shown) {
    Toast.dismiss(shown.id);
  }
  return { id: Toast.emit(message, type, { actions, autoClose }), type };
}

function noticeOfOne(job: Job, services: INotifierServices): INotice {
  return {
    message: endingWords(job, services.trans),
    type: typeOf(job),
    autoClose: hasFailed(job) ? FAILURE_SHOWN : SHOWN,
    actions: actionsOf(job, services),
    tag: job.job_id
  };
}

function noticeOfSeveral(
  jobs: readonly Job[],
  { commands, trans }: INotifierServices
): INotice {
  const failed = jobs.filter(hasFailed).length;
  const badly = failed === jobs.length ? 'error' : 'warning';
  return {
    message: endingsWords(jobs, trans),
    type: failed ? badly : 'success',
    autoClose: failed ? FAILURE_SHOWN : SHOWN,
    actions: [
      {
        label: trans.__('Open'),
        callback: () => void commands.execute(CommandIDs.showPanel)
      }
    ],
    tag: 'aibro'
  };
}

function typeOf(job: Job): Toast.TypeOptions {
  if (hasFailed(job)) {
    return 'error';
  }
  // Whether a verdict is good news is for the reader to judge.
  return job.verdict === null ? 'success' : 'info';
}

function actionsOf(
  job: Job,
  { commands, trans }: INotifierServices
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

function showOnDesktop(
  { actions, message, tag }: INotice,
  trans: TranslationBundle
): void {
  // Several open tabs use the same tag, so that the desktop shows one notification.
  const notification = new Notification(trans.__('AIbro'), {
    body: message,
    tag
  });
  notification.onclick = event => {
    window.focus();
    notification.close();
    actions[0].callback(event as MouseEvent);
  };
}

function isPermitted(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

/** Ask the user to allow notifications of the browser, and say so when they are not possible. */
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
