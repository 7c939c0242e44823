import '../../style/replay.css';
import { Dialog } from '@jupyterlab/apputils';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import type { IReplayState } from './state';
import { entryId } from './Entry';
import type { IFormContext } from './form';
import { ReplayForm } from './ReplayForm';

/** The dialog's body: the form. */
class FormBody extends ReactWidget {
  constructor(private readonly context: IFormContext) {
    super();
    this.addClass('jp-Aibro-Replay');
  }

  protected override render(): React.JSX.Element {
    const { model } = this.context;
    return (
      <UseSignal signal={model.stateChanged}>
        {() => <ReplayForm {...this.context} state={model.state} />}
      </UseSignal>
    );
  }
}

const CANCEL = 0;

const FOCUSABLE =
  'a[href], button, input, select, summary, textarea, [tabindex="0"]';

/**
 * The dialog around the form. It closes when the replay has started or the user dismisses it.
 *
 * JupyterLab's dialogs always close when a button is pressed, handle Enter and Tab themselves, and
 * open one after the other. This dialog stays open until the server has accepted the request,
 * leaves those keys to its fields, and lets a folder picker open on top of it.
 */
export class ReplayDialog extends Dialog<void> {
  private readonly _accept: HTMLButtonElement;
  private _covered = false;

  constructor(private readonly context: IFormContext) {
    const { first, trans } = context;
    const title = trans.__('Replay job');
    super({
      title,
      body: new FormBody(context),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Replay') })
      ],
      focusNodeSelector: `#${entryId(first)}`,
      hasClose: true
    });
    this.addClass('jp-Aibro-Replay-dialog');
    this.node.setAttribute('aria-label', title);
    const accept = this.node.querySelector<HTMLButtonElement>(
      '.jp-Dialog-button.jp-mod-accept'
    );
    if (!accept) {
      throw new Error('The dialog has no button to accept.');
    }
    this._accept = accept;
    this._showPhase();
    context.model.stateChanged.connect(this._onStateChanged, this);
  }

  /** Show the dialog, in a way that lets other dialogs open on top of it. */
  open(): void {
    Widget.attach(this, document.body);
  }

  /** Ignore keys and focus until `task` is done, because another dialog is on top of this one. */
  async whileCovered<T>(task: () => Promise<T>): Promise<T> {
    this._covered = true;
    try {
      return await task();
    } finally {
      this._covered = false;
    }
  }

  /** Called when a button is pressed: start the replay, or close. */
  override resolve(index?: number): void {
    if (index === CANCEL) {
      this.reject();
    } else {
      void this.context.model.submit();
    }
  }

  override reject(): void {
    this.dispose();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.context.model.dispose();
      super.dispose();
    }
  }

  override handleEvent(event: Event): void {
    if (this._covered) {
      return;
    }
    switch (event.type) {
      case 'keydown':
        if (!this._onKeydown(event as KeyboardEvent)) {
          super.handleEvent(event);
        }
        break;
      case 'click':
        // A click outside the dialog must not close it, because the user's input would be lost.
        if (event.target !== this.node) {
          super.handleEvent(event);
        }
        break;
      case 'input':
      case 'contextmenu':
        // Not for JupyterLab's dialog: the model validates the fields, and the context menu must
        // work in them.
        break;
      default:
        super.handleEvent(event);
    }
  }

  protected override onCloseRequest(): void {
    this.dispose();
  }

  /** @returns whether to keep the key from JupyterLab's dialog. */
  private _onKeydown(event: KeyboardEvent): boolean {
    if (event.isComposing) {
      return true;
    }
    const target = event.target as HTMLElement;
    const inOpenList = target.getAttribute('aria-expanded') === 'true';
    switch (event.key) {
      case 'Escape':
        return inOpenList;
      case 'Enter':
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          event.stopPropagation();
          this.resolve();
          return true;
        }
        return inOpenList || !isLineOfText(target);
      case 'Tab':
        return this._wrapFocus(event);
      default:
        return event.key.startsWith('Arrow') && !this._isButton(target);
    }
  }

  /** Keep the focus within the dialog when Tab is pressed. */
  private _wrapFocus(event: KeyboardEvent): boolean {
    const stops = Array.from(
      this.node.querySelectorAll<HTMLElement>(FOCUSABLE)
    ).filter(
      stop => !stop.hasAttribute('disabled') && stop.offsetParent !== null
    );
    const [from, to] = event.shiftKey
      ? [stops[0], stops.at(-1)]
      : [stops.at(-1), stops[0]];
    if (document.activeElement === from) {
      event.preventDefault();
      to?.focus();
    }
    return true;
  }

  private _isButton(target: HTMLElement): boolean {
    return target.classList.contains('jp-Dialog-button');
  }

  private _onStateChanged(_: unknown, state: IReplayState): void {
    this._showPhase();
    if (state.phase.kind === 'started') {
      this.dispose();
    }
  }

  /** Update the button's label and state. */
  private _showPhase(): void {
    const { model, trans } = this.context;
    const starting = model.state.phase.kind === 'starting';
    // While the request is sent the button stays enabled, or it would lose the focus; the model
    // ignores a second press.
    this._accept.disabled = !starting && !model.canSubmit;
    this._accept.setAttribute('aria-busy', String(starting));
    const label = this._accept.querySelector('.jp-Dialog-buttonLabel');
    if (label) {
      const words = starting ? trans.__('Starting…') : trans.__('Replay');
      label.textContent = words;
      label.setAttribute('aria-label', words);
    }
  }
}

/** Whether Enter in this control submits the form, as in any HTML form. */
function isLineOfText(target: HTMLElement): boolean {
  return (
    target.classList.contains('jp-Dialog-button') ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox')
  );
}
