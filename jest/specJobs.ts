/* A live view of jobs that the spec controls. */
import { Signal } from '@lumino/signaling';
import { API_VERSION } from '../src/api';
import type { AibroClient, Job } from '../src/api';
import type { Connection, IJobs, IJobsChange } from '../src/tokens';

/** The connection while the server part is available. */
export const ONLINE: Connection = {
  kind: 'online',
  info: { version: '0.1.0', api: API_VERSION, seq: 0, root_dir: '/' }
};

/** An `IJobs` whose signals the spec emits. */
export class SpecJobs implements IJobs {
  constructor(readonly client: AibroClient) {}

  readonly connectionChanged: Signal<IJobs, Connection> = new Signal<
    IJobs,
    Connection
  >(this);
  readonly changed: Signal<IJobs, IJobsChange> = new Signal<IJobs, IJobsChange>(
    this
  );
  connection = ONLINE;
  selected: Job | null = null;
  readonly followed = new Set<string>();
  /** In seconds since the epoch. */
  time = 0;

  now(): number {
    return this.time;
  }

  retry(): Promise<void> {
    return Promise.resolve();
  }

  connect(connection: Connection): void {
    this.connection = connection;
    this.connectionChanged.emit(connection);
  }

  change(change: Partial<IJobsChange>): void {
    this.changed.emit({
      jobs: [],
      instances: [],
      deleted: [],
      reset: false,
      ...change
    });
  }
}
