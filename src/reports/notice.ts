import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { messageOf } from '../format';

/** A task that is over sooner is told of at its end alone, in ms. */
const SOON = 300;

/** Until a notification is on the screen JupyterLab loses what is changed of it, in ms. */
const SHOWN = 700;

/** So many characters of a message are shown in a notification. */
const MAX_MESSAGE = 140;

/** What is said at the end of a task. */
export interface IEnding {
  readonly type: 'success' | 'error';
  readonly message: string;
  readonly actions: Notification.IAction[];
}

/** A notification of a task under way, which becomes that of its end. */
export class TaskNotice {
  /** @param actions - what can be done while the task is under way. */
  constructor(message: string, actions: Notification.IAction[] = []) {
    this._timer = window.setTimeout(() => {
      this._since = Date.now();
      this._id = Notification.emit(message, 'in-progress', {
        autoClose: false,
        actions
      });
    }, SOON);
  }

  /** Say how the task ended; nothing when there is nothing to be said. */
  async end(ending: IEnding | null): Promise<void> {
    window.clearTimeout(this._timer);
    if (this._id !== null) {
      const rest = Math.max(0, this._since + SHOWN - Date.now());
      await new Promise(resolve => setTimeout(resolve, rest));
      Notification.dismiss(this._id);
    }
    if (ending) {
      const { message, type, actions } = ending;
      Notification.emit(message, type, { autoClose: false, actions });
    }
  }

  private readonly _timer: number;
  private _id: string | null = null;
  private _since = 0;
}

/**
 * What is said of a failure; when that is more than a notification shows, a button shows all.
 *
 * @param what - what did not work, as a sentence.
 */
export function failureOf(
  what: string,
  error: unknown,
  trans: TranslationBundle
): IEnding {
  const why = messageOf(error);
  const message = `${what} ${why}`;
  const details = {
    label: trans.__('Details'),
    callback: () => void showErrorMessage(what, why)
  };
  return {
    type: 'error',
    message,
    actions: message.length > MAX_MESSAGE ? [details] : []
  };
}
