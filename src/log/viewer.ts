import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { LogFollower } from './follower';

/** How near the end counts as at the end, in pixels. */
const NEAR = 24;

/** A job's log as text; it stays at the end while that is where the reader is. */
export class LogViewer extends Widget {
  private readonly _notice = document.createElement('p');
  private readonly _text = document.createElement('pre');

  constructor(
    readonly follower: LogFollower,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-Aibro-log');
    this.node.tabIndex = 0;
    this._notice.setAttribute('role', 'status');
    this._text.setAttribute('role', 'log');
    // Read on demand: a training prints more than anybody wants to hear.
    this._text.setAttribute('aria-live', 'off');
    this.node.append(this._notice, this._text);
    follower.updated.connect(() => this.update());
    this.update();
  }

  override dispose(): void {
    this.follower.dispose();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  protected override onUpdateRequest(): void {
    const { node } = this;
    const { tail } = this.follower;
    const isAtEnd =
      node.scrollHeight - node.scrollTop - node.clientHeight < NEAR;
    this._notice.textContent = this._say();
    this._notice.hidden = !this._notice.textContent;
    if (this._text.textContent !== tail.text) {
      this._text.textContent = tail.text;
    }
    if (isAtEnd) {
      node.scrollTop = node.scrollHeight;
    }
  }

  private _say(): string {
    const { error, hasEnded, tail } = this.follower;
    if (error !== null) {
      return error;
    }
    if (tail.isCut) {
      return this._trans.__('Earlier text is not shown.');
    }
    if (tail.text) {
      return '';
    }
    return hasEnded
      ? this._trans.__('The job wrote nothing to its log.')
      : this._trans.__('Nothing in the log yet.');
  }
}
