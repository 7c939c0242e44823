import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { AibroRequestError, API_VERSION, HintStream, Refresher } from '../api';
import type { AibroClient, Changes, Job } from '../api';
import { messageOf } from '../format';
import type { Connection, IJobs, IJobsChange } from '../tokens';

/** Changes are read in parts of this many rows. */
const CHANGES_LIMIT = 200;

/**
 * The pause between two reads: so many ms for each row that the last one brought, up to a limit. A single
 * job is followed closely, and many that change all the time cost no more than a few.
 */
const PAUSE_PER_ROW = 50;
const MAX_PAUSE = 900;

/**
 * The live view of the store: hints in, rows out.
 *
 * Every trigger (a hint, an opened or lost socket, the tab shown again, a retry) leads to the same
 * read of `changes` after the last `seq`. At most one read is under way and one waits. Nothing is
 * read while the socket is open and silent; the more rows hints bring, the less often they are read.
 */
export class JobsModel implements IJobs, IDisposable {
  selected: Job | null = null;
  readonly followed = new Set<string>();

  private readonly _hints: HintStream;
  private readonly _hinted = new Refresher(
    () => this._refresh(),
    () => Math.min(MAX_PAUSE, PAUSE_PER_ROW * this._rows)
  );
  private readonly _retries: Poll;
  private readonly _abort = new AbortController();
  private readonly _changed = new Signal<this, IJobsChange>(this);
  private readonly _connectionChanged = new Signal<this, Connection>(this);
  private _connection: Connection = { kind: 'connecting' };
  private _seq = -1;
  /** How many rows the last read has brought. */
  private _rows = 0;
  private _clockOffset = 0;
  /** The server's time when the connection was lost; null while there is one. */
  private _stoppedAt: number | null = null;
  private _reading: Promise<void> | null = null;
  private _isWanted = false;
  /** False once the socket was lost: the server may have been upgraded when it answers again. */
  private _isSameServer = false;

  constructor(readonly client: AibroClient) {
    this._hints = new HintStream(client.serverSettings);
    this._hints.opened.connect(() => void this._refresh());
    this._hints.closed.connect(() => {
      this._isSameServer = false;
      void this._refresh();
    });
    this._hints.hinted.connect((_, seq) => this._onHint(seq));
    this._retries = new Poll({
      name: 'aibro:retries',
      auto: false,
      factory: async () => {
        await this._refresh();
        if (this._isRetried) {
          throw new Error('AIbro is still not there.');
        }
      },
      frequency: { interval: 1000, backoff: 2, max: 30_000 },
      standby: 'when-hidden'
    });
    document.addEventListener('visibilitychange', this._onVisibility);
  }

  get connection(): Connection {
    return this._connection;
  }

  get connectionChanged(): ISignal<this, Connection> {
    return this._connectionChanged;
  }

  get changed(): ISignal<this, IJobsChange> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._hints.isDisposed;
  }

  now(): number {
    return this._stoppedAt ?? Date.now() / 1000 + this._clockOffset;
  }

  /** Connect for the first time. */
  start(): Promise<void> {
    this._hints.connect();
    return this._refresh();
  }

  retry(): Promise<void> {
    this._hints.connect();
    return this._refresh();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    document.removeEventListener('visibilitychange', this._onVisibility);
    this._abort.abort();
    this._hints.dispose();
    this._hinted.dispose();
    this._retries.dispose();
    Signal.clearData(this);
  }

  private _onHint(seq: number): void {
    // Equal: an answer has brought this change already. Smaller: the store was replaced by another.
    if (seq !== this._seq && this._connection.kind !== 'mismatch') {
      this._hinted.ask();
    }
  }

  private readonly _onVisibility = (): void => {
    if (!document.hidden) {
      void this.retry();
    }
  };

  /** Read what is new; while a read is under way, have one more follow it. */
  private _refresh(): Promise<void> {
    if (this._reading) {
      this._isWanted = true;
      return this._reading;
    }
    this._reading = this._readUntilQuiet().finally(() => {
      this._reading = null;
    });
    return this._reading;
  }

  private async _readUntilQuiet(): Promise<void> {
    try {
      await this._read();
      while (this._takeRequest()) {
        await this._read();
      }
    } catch (error) {
      this._fail(error);
    }
  }

  /** Whether one more read was asked for since this was called last. */
  private _takeRequest(): boolean {
    const isWanted = this._isWanted;
    this._isWanted = false;
    return isWanted;
  }

  private async _read(): Promise<void> {
    const { signal } = this._abort;
    if (this._connection.kind === 'online' && this._isSameServer) {
      await this._readChanges(signal);
      return;
    }
    const info = await this.client.info(signal);
    this._isSameServer = true;
    if (info.api !== API_VERSION) {
      this._setConnection({ kind: 'mismatch', info });
      void this._retries.stop();
      return;
    }
    this._seq = this._seq < 0 ? info.seq : this._seq;
    await this._readChanges(signal);
    if (this._connection.kind !== 'online') {
      this._setConnection({ kind: 'online', info });
      void this._retries.stop();
      // The socket may still be waiting to reconnect although the server is back.
      this._hints.connect();
    }
  }

  private async _readChanges(signal: AbortSignal): Promise<void> {
    let changes: Changes;
    this._rows = 0;
    do {
      changes = await this.client.changes(
        { after: this._seq, limit: CHANGES_LIMIT },
        signal
      );
      this._clockOffset = changes.now - Date.now() / 1000;
      this._stoppedAt = null;
      this._accept(changes);
    } while (changes.more);
  }

  private _accept({ seq, jobs, instances, deleted }: Changes): void {
    const reset = seq < this._seq;
    this._seq = seq;
    this._rows += jobs.length + instances.length;
    if (reset || jobs.length || instances.length || deleted.length) {
      this._changed.emit({ jobs, instances, deleted, reset });
    }
  }

  private _fail(error: unknown): void {
    if (this._abort.signal.aborted) {
      return;
    }
    const status = error instanceof AibroRequestError ? error.status : null;
    if (status === 404) {
      this._setConnection({ kind: 'missing' });
      void this._retries.stop();
      return;
    }
    const message = messageOf(error);
    const before = this._connection;
    if (status === 401 || status === 403) {
      if (before.kind !== 'signed-out') {
        this._setConnection({ kind: 'signed-out' });
      }
    } else if (before.kind !== 'failed' || before.message !== message) {
      this._setConnection({ kind: 'failed', message });
    }
    void this._retries.start();
  }

  /** Whether the connection is tried again by itself. */
  private get _isRetried(): boolean {
    return ['failed', 'signed-out'].includes(this._connection.kind);
  }

  private _setConnection(connection: Connection): void {
    if (this._connection.kind === 'online') {
      this._stoppedAt = this.now();
    }
    this._connection = connection;
    this._connectionChanged.emit(connection);
  }
}
