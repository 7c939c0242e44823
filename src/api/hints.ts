import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { CHANGES_SCHEMA } from './_models';
import type { ChangeHint } from './_models';

/**
 * The push channel: a socket to the server's events that heals itself.
 *
 * JupyterLab's own event manager reconnects in silence, and hints sent meanwhile are lost for good.
 * Whoever relies on hints must know when the socket opened, to ask for what it missed: hence this one.
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

  /** Emitted each time the socket opens: hints before that were missed. */
  get opened(): ISignal<this, void> {
    return this._opened;
  }

  /** Emitted when an open socket closed. */
  get closed(): ISignal<this, void> {
    return this._closed;
  }

  /** Something changed, up to this `seq`. */
  get hinted(): ISignal<this, number> {
    return this._hinted;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** Open the socket now, whatever the backoff says; nothing when it is open or about to. */
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
   * Open a socket and settle when it is gone: resolve when it had been open, so that the next one
   * comes soon, reject when it never was, so that the poll backs off.
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
