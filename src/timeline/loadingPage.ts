import { Panel, Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { messageOf } from '../format';
import { troubleSentence } from '../live/trouble';
import type { IJobs } from '../tokens';
import type { ITimelineServices } from './chartView';

/** What a page needs; unlike an output, it needs the jobs. */
export interface ILoadingServices extends ITimelineServices {
  readonly jobs: IJobs;
}

/** What was read, and what shows it. */
export interface ILoaded<T> {
  readonly value: T;
  readonly view: Widget;
}

/** A page in the main area that shows what it has to read from the server first. */
export class LoadingPage<T> extends Panel {
  /** @param _load - reads, whenever the server is there, until it succeeds once. */
  constructor(
    private readonly _services: ILoadingServices,
    private readonly _load: (signal: AbortSignal) => Promise<ILoaded<T>>
  ) {
    super();
    this.addClass('jp-Aibro-TimelinePage');
    this.node.tabIndex = 0;
    _services.jobs.connectionChanged.connect(this._onConnection, this);
    this._onConnection(_services.jobs);
  }

  /** Emitted when it was read. */
  get ready(): ISignal<this, T> {
    return this._ready;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._abort.abort();
    Signal.clearData(this);
    super.dispose();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    this.node.focus();
  }

  private _onConnection({ connection }: IJobs): void {
    const { trans } = this._services;
    switch (connection.kind) {
      case 'connecting':
        this._say(trans.__('Loading the timeline…'));
        break;
      case 'online':
        void this._show();
        break;
      default:
        this._say(troubleSentence(connection, trans));
    }
  }

  private async _show(): Promise<void> {
    const { signal } = this._abort;
    try {
      const { value, view } = await this._load(signal);
      if (signal.aborted) {
        view.dispose();
        return;
      }
      // From here on the view follows the connection itself.
      this._services.jobs.connectionChanged.disconnect(
        this._onConnection,
        this
      );
      this._clear();
      this.addWidget(view);
      this._ready.emit(value);
    } catch (error) {
      if (!signal.aborted) {
        this._say(messageOf(error));
      }
    }
  }

  private _say(text: string): void {
    this._clear();
    const note = new Widget({ node: document.createElement('p') });
    note.addClass('jp-Aibro-Timeline-note');
    note.node.setAttribute('role', 'status');
    note.node.textContent = text;
    this.addWidget(note);
  }

  private _clear(): void {
    for (const widget of [...this.widgets]) {
      widget.dispose();
    }
  }

  private readonly _abort = new AbortController();
  private readonly _ready = new Signal<this, T>(this);
}
