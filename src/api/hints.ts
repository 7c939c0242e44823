import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { CHANGES_SCHEMA } from './_models';
import type { ChangeHint } from './_models';

/**
 * The push channel: a WebSocket to the server's events that reconnects by itself.
 *
 * JupyterLab's own event manager reconnects without telling anyone, and events sent while it was
 * disconnected are lost. A listener has to know when the socket opens, so that it can ask for what
 * it missed. That is why this class exists.
 */
export class HintStream implements IDisposable {
  private readonly _opened = new Signal<this, void>(this);
  private readonly _closed = new Signal<this, void>(this);
  private readonly _hinted = new Signal<this, number>(this);
  private readonly _poll: Poll;
  private _socket: WebSocket | null = null;

  constructor(private readonly _settings: ServerConnection.ISettings) {
    this._poll = new Poll({
      name: 'aibro:hints',
      auto: false,
      factory: () => this._live(),
      frequency: { interval: 1000, backoff: true, max: 30_000 },
      standby: 'when-hidden'
    });
  }

  /** Emitted each time the socket opens; hints sent before that were missed. */
  get opened(): ISignal<this, void> {
    return this._opened;
  }

  /** Emitted when a socket that had been open closes. */
  get closed(): ISignal<this, void> {
    return this._closed;
  }

  /** Emitted when something has changed on the server; the argument is the latest `seq`. */
  get hinted(): ISignal<this, number> {
    return this._hinted;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** Open the socket now, without waiting for the backoff; does nothing if it is open or opening. */
  connect(): void {
    if (!this._socket) {
      void this._poll.refresh();
    }
  }

  dispose(): void {
    this._poll.dispose();
    this._drop();
    Signal.clearData(this);
  }

  /**
   * Open a socket and settle when it closes. Resolves if the socket had been open, so that the poll
   * reconnects soon; rejects if it never opened, so that the poll backs off.
   */
  private _live(): Promise<void> {
    this._drop();
    const { appendToken, token, WebSocket, wsUrl } = this._settings;
    let url = URLExt.join(wsUrl, 'api/events/subscribe');
    if (appendToken && token) {
      url += `?token=${encodeURIComponent(token)}`;
    }
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      let wasOpen = false;
      this._socket = socket;
      socket.onopen = () => {
        wasOpen = true;
        this._opened.emit();
      };
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const event = JSON.parse(data) as ChangeHint & { schema_id: string };
        if (event.schema_id === CHANGES_SCHEMA) {
          this._hinted.emit(event.seq);
        }
      };
      socket.onclose = () => {
        this._socket = null;
        if (wasOpen) {
          resolve();
          this._closed.emit();
        } else {
          reject(new Error('The event socket could not be opened.'));
        }
      };
    });
  }

  private _drop(): void {
    const socket = this._socket;
    if (socket) {
      this._socket = null;
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }
}
