/* The replay dialog as a user sees it, with a server behind it. */
import { Dialog, Notification } from '@jupyterlab/apputils';
import { ContentsManager } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { AibroClient } from '../src/api';
import type { Job, Recording } from '../src/api';
import { openReplayDialog } from '../src/replay/open';
import { DEFAULTS } from '../src/settings/settings';
import { CommandIDs } from '../src/tokens';
import { installBrowser } from './browser';
import { specCommands } from './commands';
import type { ISpecCommands } from './commands';
import { makeJob } from './jobs';
import { makeRecording } from './recordings';
import { RouteServer } from './routeServer';
import { SpecJobs } from './specJobs';
import { until } from './until';

/** The route that starts a replay. */
const POST = 'POST aibro/api/jobs/7f3a/replay';

/** A recorded job that can be replayed. */
export const digits = makeJob('7f3a', {
  description: 'digits, first try',
  recorded: true,
  status: 'COMPLETED',
  substatus: 'COMPLETED',
  ended_at: 2000
});
const wider = { ...digits, job_id: '8b4c', description: 'digits, wider net' };
const recording = makeRecording({ job_id: '7f3a' });

/** Opens the dialog and acts as a user would; for a single test. */
export class ReplayDialog {
  static async start(): Promise<ReplayDialog> {
    installBrowser();
    // jsdom does not implement it.
    Element.prototype.scrollIntoView = () => undefined;
    return new ReplayDialog(await RouteServer.start());
  }

  readonly jobs: SpecJobs;
  private readonly _contents: ContentsManager;
  private readonly _commands = specCommands(CommandIDs.openReplay);

  private constructor(readonly server: RouteServer) {
    const { settings } = server;
    this.jobs = new SpecJobs(new AibroClient(settings));
    this._contents = new ContentsManager({ serverSettings: settings });
    this.putFolder('examples');
    this.putJob(digits);
    this.putJob(wider);
    server.on('GET aibro/api/jobs', ({ query }) => {
      const search = query.get('search') ?? '';
      const found = [wider, digits].filter(({ description }) =>
        description.includes(search)
      );
      return {
        body: {
          jobs: found,
          total: search ? found.length : 3000,
          next_cursor: null,
          seq: 1,
          now: 3000
        }
      };
    });
    const replay = makeJob('new', {
      status: 'QUEUING',
      seq: 5,
      description: ''
    });
    this.answer(() => ({ status: 201, body: replay }));
    server.on('GET aibro/api/jobs/new', () => ({ body: replay }));
  }

  async stop(): Promise<void> {
    this.jobs.change({ deleted: ['new'] });
    Dialog.flush();
    Notification.dismiss();
    this._contents.dispose();
    await this.server.stop();
  }

  /** The commands that were executed. */
  get executed(): ISpecCommands['executed'] {
    return this._commands.executed;
  }

  /** The bodies of the requests that start replays. */
  get sent(): readonly unknown[] {
    return this.server.of(POST).map(({ body }) => body);
  }

  putFolder(path: string): void {
    this.server.on(`GET api/contents/${path}`, () => ({
      body: {
        name: path,
        path,
        type: 'directory',
        writable: true,
        created: '',
        last_modified: '',
        mimetype: null,
        content: null,
        format: null
      }
    }));
  }

  putJob(job: Job): void {
    this.server.on(`GET aibro/api/jobs/${job.job_id}`, () => ({ body: job }));
    this.putRecording({}, job.job_id);
  }

  putRecording(extra: Partial<Recording>, jobId = digits.job_id): void {
    this.server.on(`GET aibro/api/jobs/${jobId}/recording`, () => ({
      body: { ...recording, job_id: jobId, ...extra }
    }));
  }

  /** Set the server's answer to the request that starts the replay. */
  answer(route: Parameters<RouteServer['on']>[1]): void {
    this.server.on(POST, route);
  }

  /** Let the server refuse to start the replay. */
  refuse(
    code: string,
    message: string,
    field: string | null = null,
    status = 409
  ): void {
    this.answer(() => ({ status, body: { message, code, field } }));
  }

  open(jobId: string | null = digits.job_id, choices = DEFAULTS): void {
    openReplayDialog(
      {
        jobs: this.jobs,
        commands: this._commands.commands,
        contents: this._contents,
        defaultDrive: null,
        documents: null,
        fileBrowser: null,
        notebookPath: 'examples/nb.ipynb',
        translator: nullTranslator,
        choices
      },
      jobId
    );
  }

  /** Open the dialog, and wait until the replay can be started. */
  async openReady(choices = DEFAULTS): Promise<void> {
    this.open(digits.job_id, choices);
    await until(
      () =>
        this.isOpen &&
        !this.button.disabled &&
        this.remark('job_id').startsWith('Recorded')
    );
  }

  get isOpen(): boolean {
    return document.querySelector('.jp-Aibro-Replay-form') !== null;
  }

  /** The button that starts the replay. */
  get button(): HTMLButtonElement {
    const found = document.querySelector('.jp-Dialog-button.jp-mod-accept');
    return found as HTMLButtonElement;
  }

  /** The jobs listed in the open job picker. */
  get options(): readonly string[] {
    return [...document.querySelectorAll('[role=option]')].map(
      option => option.textContent
    );
  }

  /** A form field, by its name in the request. */
  entry(field: string): HTMLInputElement {
    const found = document.getElementById(`jp-Aibro-Replay-${field}`);
    if (!found) {
      throw new Error(`There is no entry ${field}.`);
    }
    return found as HTMLInputElement;
  }

  /** The messages below a field. */
  remark(field: string): string {
    const ids = this.entry(field).getAttribute('aria-describedby') ?? '';
    return document.getElementById(ids)?.textContent ?? '';
  }

  /** Replace the text of a field. */
  type(field: string, text: string): void {
    const element = this.entry(field);
    // Bypass the setter that React installed on the element, so that React notices the change.
    Reflect.set(Object.getPrototypeOf(element), 'value', text, element);
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  choose(field: string, value: string): void {
    const element = this.entry(field);
    element.value = value;
    element.dispatchEvent(new Event('change', { bubbles: true }));
  }

  press(field: string, key: string, ctrlKey = false): void {
    this.entry(field).dispatchEvent(
      new KeyboardEvent('keydown', {
        key,
        ctrlKey,
        bubbles: true,
        cancelable: true
      })
    );
  }
}
