import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Instance } from '../../api';
import type { IJobs, IJobsChange } from '../../tokens';

/** The instances that are not closed, oldest first. */
export class InstanceList implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private readonly _rows = new Map<string, Instance>();
  private _isLoaded = false;

  constructor(private readonly _jobs: IJobs) {
    _jobs.changed.connect(this._onChanged, this);
    _jobs.connectionChanged.connect(this._onConnection, this);
    this._onConnection();
  }

  get updated(): ISignal<this, void> {
    return this._updated;
  }

  get rows(): readonly Instance[] {
    return [...this._rows.values()]
      .filter(({ status }) => status !== 'CLOSED')
      .sort((a, b) => a.created_at - b.created_at);
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    this._abort.abort();
    Signal.clearData(this);
  }

  find(instanceId: string): Instance | undefined {
    return this._rows.get(instanceId);
  }

  /** Read all of them again. */
  async reload(): Promise<void> {
    try {
      const { instances } = await this._jobs.client.instances(
        this._abort.signal
      );
      this._accept(instances);
      this._isLoaded = true;
    } catch {
      if (!this.isDisposed) {
        // The shared connection sees to it: it reports the failure and recovers, and then this is called again.
        void this._jobs.retry();
      }
    }
  }

  private _onConnection(): void {
    if (!this._isLoaded && this._jobs.connection.kind === 'online') {
      void this.reload();
    }
  }

  private _onChanged(_: IJobs, { instances, reset }: IJobsChange): void {
    if (reset) {
      this._rows.clear();
      void this.reload();
    } else if (instances.length) {
      this._accept(instances);
    }
  }

  /** Keep the newest row of each instance, closed ones too: an answer on its way may be older. */
  private _accept(instances: readonly Instance[]): void {
    for (const instance of instances) {
      const known = this._rows.get(instance.instance_id);
      if (!known || known.seq <= instance.seq) {
        this._rows.set(instance.instance_id, instance);
      }
    }
    this._updated.emit();
  }
}
