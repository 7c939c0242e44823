import { Panel, Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Timeline } from '../api';
import type { IJobs, ISettings } from '../tokens';
import type { ITimelineServices } from './view';

/** What a page needs: jobs, which an output can do without. */
export interface IPageServices extends ITimelineServices {
  readonly jobs: IJobs;
  readonly settings: ISettings;
}

/** A job's timeline on a page of its own. */
export class TimelinePage extends Panel {
  constructor(
    readonly jobId: string,
    services: IPageServices
  ) {
    super();
    this.addClass('jp-Aibro-TimelinePage');
    this.node.tabIndex = 0;
    this._services = services;
    services.jobs.connectionChanged.connect(this._onConnection, this);
    this._onConnection(services.jobs);
  }

  /** Emitted when the timeline was read. */
  get ready(): ISignal<this, Timeline> {
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
        void this._load();
        break;
      case 'missing':
        this._say(trans.__('AIbro is not enabled on this Jupyter server.'));
        break;
      case 'failed':
        this._say(connection.message);
        break;
    }
  }

  private async _load(): Promise<void> {
    const { jobs, settings } = this._services;
    const { signal } = this._abort;
    const charType = settings.current.chart === 'pie' ? 'pie' : 'funnel';
    try {
      const [timeline, { TimelineView }] = await Promise.all([
        jobs.client.timeline(this.jobId, charType, signal),
        import(/* webpackChunkName: 'timeline' */ './view')
      ]);
      if (signal.aborted) {
        return;
      }
      // From here on the view follows the connection itself.
      jobs.connectionChanged.disconnect(this._onConnection, this);
      this._clear();
      this.addWidget(new TimelineView(timeline, this._services));
      this._ready.emit(timeline);
    } catch (error) {
      if (!signal.aborted) {
        this._say(error instanceof Error ? error.message : String(error));
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

  private readonly _services: IPageServices;
  private readonly _abort = new AbortController();
  private readonly _ready = new Signal<this, Timeline>(this);
}
