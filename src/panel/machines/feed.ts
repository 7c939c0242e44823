import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { MachineList } from '../../api';
import { messageOf } from '../../format';
import type { IJobs } from '../../tokens';
import type { InstanceList } from '../instances/instances';

/** Seconds that the clusters are given to say what is free: the most that the server waits. */
const PATIENCE = 15;

/** How much is known: nothing that holds, what the server knew already, or what the clusters say. */
type Knowledge = 'none' | 'known' | 'live';

/**
 * The machines that jobs can ask for, as of the last time that somebody asked.
 *
 * Asking costs a look at every cluster, so it is done only while somebody looks: when they begin to,
 * when instances change, and when they say so; never by a clock.
 */
export class MachineFeed implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private _list: MachineList | null = null;
  private _error: string | null = null;
  private _knowledge: Knowledge = 'none';
  private _isWanted = false;
  private _isLooked = false;
  private _asking: Promise<void> | null = null;
  private _instances: string;

  constructor(
    private readonly _jobs: IJobs,
    instances: InstanceList
  ) {
    this._instances = stateOf(instances);
    instances.updated.connect(this._onInstances, this);
    _jobs.connectionChanged.connect(this._onConnection, this);
  }

  get updated(): ISignal<this, void> {
    return this._updated;
  }

  /** `null` until there is an answer. */
  get list(): MachineList | null {
    return this._list;
  }

  /** Why the last question got no answer. */
  get error(): string | null {
    return this._error;
  }

  get isAsking(): boolean {
    return this._asking !== null;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    this._abort.abort();
    Signal.clearData(this);
  }

  /** Have it known which machines there are, whatever is free. */
  know(): Promise<void> {
    this._isWanted = true;
    return this._ask();
  }

  /** Say whether somebody looks at what is free. */
  look(isLooked: boolean): void {
    this._isLooked = isLooked;
    if (isLooked) {
      void this._ask();
    }
  }

  /** Ask anew. */
  reload(): Promise<void> {
    this._knowledge = 'none';
    return this._ask();
  }

  private _onInstances(instances: InstanceList): void {
    const state = stateOf(instances);
    if (state !== this._instances) {
      this._instances = state;
      this._forget();
    }
  }

  private _onConnection(): void {
    if (this._jobs.connection.kind === 'online') {
      // Another server may be back than the one that was lost.
      this._forget();
    }
  }

  /** What is known may not hold any more. */
  private _forget(): void {
    this._knowledge = 'none';
    void this._ask();
  }

  /** Ask until all that is wanted is known; what is wanted meanwhile is asked for by the same loop. */
  private _ask(): Promise<void> {
    this._asking ??= this._askAll().finally(() => {
      this._asking = null;
      if (!this.isDisposed) {
        this._updated.emit();
      }
    });
    return this._asking;
  }

  private async _askAll(): Promise<void> {
    // Tells that it is asking: not before whoever asked knows of it.
    await Promise.resolve();
    try {
      while (this._jobs.connection.kind === 'online' && this._isWanting) {
        this._updated.emit();
        await this._askOnce();
      }
    } catch (error) {
      if (!this.isDisposed) {
        this._knowledge = 'none';
        this._error = messageOf(error);
        // The shared connection notices, tells and recovers; then this goes on.
        void this._jobs.retry();
      }
    }
  }

  private get _isWanting(): boolean {
    switch (this._knowledge) {
      case 'none':
        return this._isLooked || (this._isWanted && this._list === null);
      case 'known':
        return this._isLooked;
      case 'live':
        return false;
    }
  }

  private async _askOnce(): Promise<void> {
    const isLive = this._knowledge === 'known';
    // Before the answer: what changes meanwhile makes it stale.
    this._knowledge = isLive ? 'live' : 'known';
    this._list = await this._jobs.client.machines(
      isLive ? { wait: PATIENCE } : {},
      this._abort.signal
    );
    this._error = null;
    if (this._list.machines.every(({ engine }) => engine === 'local')) {
      // Nobody else has to be asked.
      this._knowledge = this._knowledge === 'known' ? 'live' : this._knowledge;
    }
  }
}

/** What of the instances decides how many more there can be. */
function stateOf({ rows }: InstanceList): string {
  return rows
    .map(({ instance_id, status }) => `${instance_id} ${status}`)
    .join();
}
