import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { MachineList } from '../../api';
import { messageOf } from '../../format';
import type { IJobs } from '../../tokens';
import type { InstanceList } from '../instances/instances';

/** Seconds that the clusters have to say what is free: the most that the server waits. */
const PATIENCE = 15;

/** How much is known: nothing up to date, what the server knew already, or what the clusters say. */
type Knowledge = 'none' | 'known' | 'live';

/**
 * The machines that jobs can ask for, as of the last answer.
 *
 * A request has the server ask every cluster. So requests are made only while the machines are visible:
 * when they become visible, when instances change and when the user wants it; never by a clock.
 */
export class MachineFeed implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private _list: MachineList | null = null;
  private _error: string | null = null;
  private _knowledge: Knowledge = 'none';
  private _isWanted = false;
  private _isVisible = false;
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

  /** Find out which machines there are, whether or not they are free. */
  know(): Promise<void> {
    this._isWanted = true;
    return this._ask();
  }

  /** Say whether the user sees what is free. */
  setVisible(isVisible: boolean): void {
    this._isVisible = isVisible;
    if (isVisible) {
      void this._ask();
    }
  }

  /** Ask again. */
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
      // The server that answers now may be another one than before.
      this._forget();
    }
  }

  /** What is known may be out of date. */
  private _forget(): void {
    this._knowledge = 'none';
    void this._ask();
  }

  /** Ask until all that is wanted is known, including what is wanted only later in the same loop. */
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
    // `updated` is not emitted before the caller has the promise.
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
        // The shared connection sees to it: it reports the failure and recovers, and then this goes on.
        void this._jobs.retry();
      }
    }
  }

  private get _isWanting(): boolean {
    switch (this._knowledge) {
      case 'none':
        return this._isVisible || (this._isWanted && this._list === null);
      case 'known':
        return this._isVisible;
      case 'live':
        return false;
    }
  }

  private async _askOnce(): Promise<void> {
    const isLive = this._knowledge === 'known';
    // Set before the answer comes: a change meanwhile makes the answer stale.
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

/** The part of the instances' state on which the number of free machines depends. */
function stateOf({ rows }: InstanceList): string {
  return rows
    .map(({ instance_id, status }) => `${instance_id} ${status}`)
    .join();
}
