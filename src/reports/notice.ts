import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { messageOf } from '../format';

/** In ms; a task that ends sooner only shows its result, never its progress. */
const SOON = 300;

/** In ms; JupyterLab loses changes made to a notification before it is on screen, so wait this long. */
const SHOWN = 700;

/** The most characters of a message that a notification shows. */
const MAX_MESSAGE = 140;

/** The notification at the end of a task. */
export interface IEnding {
  readonly type: 'success' | 'error';
  readonly message: string;
  readonly actions: Notification.IAction[];
}

/** A notification of a task in progress, replaced by its result at the end. */
export class TaskNotice {
  /** @param actions - the buttons shown while the task is in progress. */
  constructor(message: string, actions: Notification.IAction[] = []) {
    this._timer = window.setTimeout(() => {
      this._since = Date.now();
      this._id = Notification.emit(message, 'in-progress', {
        autoClose: false,
        actions
      });
    }, SOON);
  }

  /** Show the task's result; with null, only remove the progress notification. */
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
 * The notification of a failure; a message that is too long gets a button that shows all of it.
 *
 * @param what - what failed, as a sentence.
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
