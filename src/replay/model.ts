import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { AibroRequestError } from '../api';
import type { Job } from '../api';
import type { Folders } from '../contents/folders';
import { messageOf } from '../format';
import type { IJobs, IJobsChange } from '../tokens';
import { initialState, requestOf, whyUnfit } from './state';
import type {
  Field,
  FolderCheck,
  FolderField,
  IReplayState,
  Phase
} from './state';

/** How long a folder's name must stay unchanged before it is checked, in ms. */
const FOLDER_REST = 250;

const FIELDS: readonly Field[] = [
  'job_id',
  'trust',
  'description',
  'from_epoch',
  'directory_to_save_ckpt',
  'directory_to_save_log',
  'wait_request_s'
];

/** What the dialog's model works with. */
export interface IReplayModelOptions {
  readonly jobs: IJobs;
  readonly folders: Folders;
  /** The initial values of the folder fields. */
  readonly proposed: Readonly<Record<FolderField, string>>;
  readonly trans: TranslationBundle;
}

/**
 * The state of the dialog: holds the values of its fields, validates them and sends the request.
 *
 * A request is aborted, or its answer ignored, as soon as the field it was made for has changed.
 */
export class ReplayModel implements IDisposable {
  private readonly _stateChanged = new Signal<this, IReplayState>(this);
  private readonly _disposal = new AbortController();
  private _choosing = new AbortController();
  /** The job that the current values were entered for. */
  private _asked: string | null = null;
  private readonly _folderTimers: Partial<Record<FolderField, number>> = {};
  private _state: IReplayState;

  constructor(private readonly _options: IReplayModelOptions) {
    this._state = initialState(_options.proposed);
    void this._checkFolder('directory_to_save_ckpt');
    void this._checkFolder('directory_to_save_log');
    _options.jobs.changed.connect(this._onJobsChanged, this);
  }

  get state(): IReplayState {
    return this._state;
  }

  /** Emitted with every new state. */
  get stateChanged(): ISignal<this, IReplayState> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._disposal.signal.aborted;
  }

  /** Whether the form can be submitted now. */
  get canSubmit(): boolean {
    return (
      !isUnderWay(this._state.phase) &&
      requestOf(this._state, this._options.trans) !== null
    );
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._disposal.abort();
    this._choosing.abort();
    for (const timer of Object.values(this._folderTimers)) {
      window.clearTimeout(timer);
    }
    this._options.jobs.changed.disconnect(this._onJobsChanged, this);
    Signal.clearData(this);
  }

  /**
   * Choose the job to replay and load what is known about it.
   *
   * @param known - the job's row, if the caller has it.
   */
  async choose(jobId: string, known: Job | null): Promise<void> {
    const { jobs, trans } = this._options;
    this._choosing.abort();
    this._choosing = new AbortController();
    const { signal } = this._choosing;
    let job = known;
    this._edit('job_id', { choice: { kind: 'loading', jobId, job } });
    if (jobId !== this._asked) {
      // Trust and the epoch to start after were chosen for another job.
      this._asked = jobId;
      this._edit('trust', { trust: false });
      this._edit('from_epoch', { fromEpoch: 0 });
    }
    try {
      job ??= await jobs.client.job(jobId, signal);
      const reason = whyUnfit(job, trans);
      if (reason !== null) {
        this._set({
          choice: { kind: 'unfit', jobId, job, message: reason }
        });
        return;
      }
      const recording = await jobs.client.recording(jobId, signal);
      const { fromEpoch } = this._state;
      this._set({
        choice: { kind: 'ready', job, recording },
        fromEpoch: recording.start_epochs.includes(fromEpoch) ? fromEpoch : 0
      });
    } catch (error) {
      if (!signal.aborted) {
        const message = messageOf(error);
        this._set({ choice: { kind: 'unfit', jobId, job, message } });
      }
    }
  }

  setTrust(trust: boolean): void {
    this._edit('trust', { trust });
  }

  setFromEpoch(fromEpoch: number): void {
    this._edit('from_epoch', { fromEpoch });
  }

  setDescription(description: string): void {
    this._edit('description', { description });
  }

  setWait(wait: string): void {
    this._edit('wait_request_s', { wait });
  }

  /** Switch saving of this kind of file on or off. */
  setFolderOn(field: FolderField, on: boolean): void {
    this._edit(field, { [field]: { ...this._state[field], on } });
  }

  /** Set a folder's name; it is checked once it has not changed for a moment. */
  setFolder(field: FolderField, text: string): void {
    this._edit(field, {
      [field]: { ...this._state[field], text, check: { kind: 'checking' } }
    });
    window.clearTimeout(this._folderTimers[field]);
    this._folderTimers[field] = window.setTimeout(
      () => void this._checkFolder(field),
      FOLDER_REST
    );
  }

  /** Start the replay; does nothing if it is being started already or the form is not valid. */
  async submit(): Promise<void> {
    const { jobs, trans } = this._options;
    const request = requestOf(this._state, trans);
    if (request === null || !this.canSubmit) {
      return;
    }
    this._set({ phase: { kind: 'starting' } });
    try {
      const { signal } = this._disposal;
      const replay = await jobs.client.replay(
        request.recorded.job_id,
        request.body,
        signal
      );
      this._set({ phase: { kind: 'started', request, replay } });
    } catch (error) {
      this._refuse(error);
    }
  }

  private _refuse(error: unknown): void {
    const message = messageOf(error);
    const toBlame =
      error instanceof AibroRequestError ? this._fieldOf(error) : null;
    const field = FIELDS.find(name => name === toBlame);
    if (field) {
      this._set({
        phase: { kind: 'refused', field },
        refusals: { ...this._state.refusals, [field]: message }
      });
    } else {
      this._set({ phase: { kind: 'failed', message } });
    }
  }

  /** The field that an error from the server is about. */
  private _fieldOf({ code, field }: AibroRequestError): string | null {
    switch (code) {
      case 'NotTrusted':
        return 'trust' satisfies Field;
      case 'CannotReplay':
        return (
          this._state.fromEpoch > 0 ? 'from_epoch' : 'job_id'
        ) satisfies Field;
      default:
        return field;
    }
  }

  private async _checkFolder(field: FolderField): Promise<void> {
    const { folders, trans } = this._options;
    const { text } = this._state[field];
    const checked = await folders.check(text, trans);
    const entry = this._state[field];
    if (entry.text !== text) {
      return;
    }
    const check: FolderCheck = checked.ok
      ? { kind: 'good', path: checked.value }
      : { kind: 'bad', message: checked.message };
    this._set({ [field]: { ...entry, check } });
  }

  /** The chosen job may have ended or been deleted while the dialog is open. */
  private _onJobsChanged(_: IJobs, change: IJobsChange): void {
    const { choice, phase } = this._state;
    if (choice.kind === 'none' || isUnderWay(phase)) {
      return;
    }
    const jobId = 'jobId' in choice ? choice.jobId : choice.job.job_id;
    const row = change.jobs.find(job => job.job_id === jobId);
    if (change.reset || change.deleted.includes(jobId)) {
      void this.choose(jobId, null);
    } else if (row && choice.kind !== 'loading') {
      const known = choice.kind === 'unfit' ? choice.message : null;
      if (whyUnfit(row, this._options.trans) !== known) {
        void this.choose(jobId, row);
      }
    }
  }

  /** Change a field. This clears the server's error for the field and for the request as a whole. */
  private _edit(field: Field, change: Partial<IReplayState>): void {
    if (!isUnderWay(this._state.phase)) {
      const refusals = Object.fromEntries(
        Object.entries(this._state.refusals).filter(([name]) => name !== field)
      );
      this._set({ ...change, refusals, phase: { kind: 'editing' } });
    }
  }

  private _set(change: Partial<IReplayState>): void {
    if (!this.isDisposed) {
      this._state = { ...this._state, ...change };
      this._stateChanged.emit(this._state);
    }
  }
}

/** Once the request is sent, the fields must keep showing what was sent. */
function isUnderWay({ kind }: Phase): boolean {
  return kind === 'starting' || kind === 'started';
}
