import { Dialog, Notification } from '@jupyterlab/apputils';
import { ContentsManager } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { SpecJobs } from '../../jest/aibroServer';
import { makeJob, until } from '../../jest/backend';
import { installBrowser } from '../../jest/browser';
import { makeRecording } from '../../jest/recordings';
import { RouteServer } from '../../jest/routeServer';
import { AibroClient } from '../api';
import type { Job, Recording } from '../api';
import { DEFAULTS } from '../settings/settings';
import { CommandIDs } from '../tokens';
import type { IChoices } from '../tokens';
import { openReplayDialog } from './open';

const digits = makeJob('7f3a', {
  description: 'digits, first try',
  recorded: true,
  status: 'COMPLETED',
  substatus: 'COMPLETED',
  ended_at: 2000
});
const wider = { ...digits, job_id: '8b4c', description: 'digits, wider net' };

const recording = makeRecording({ job_id: '7f3a' });

const POST = 'POST aibro/api/jobs/7f3a/replay';

describe('the replay dialog', () => {
  let server: RouteServer;
  let choices: IChoices;
  let jobs: SpecJobs;
  let contents: ContentsManager;
  let commands: CommandRegistry;
  /** The replays whose pages were opened. */
  let opened: unknown[];

  const entry = (field: string): HTMLInputElement => {
    const found = document.getElementById(`jp-Aibro-Replay-${field}`);
    if (!found) {
      throw new Error(`There is no entry ${field}.`);
    }
    return found as HTMLInputElement;
  };
  const remark = (field: string): string => {
    const ids = entry(field).getAttribute('aria-describedby') ?? '';
    return document.getElementById(ids)?.textContent ?? '';
  };
  const button = (): HTMLButtonElement => {
    const found = document.querySelector('.jp-Dialog-button.jp-mod-accept');
    return found as HTMLButtonElement;
  };
  const isOpen = (): boolean =>
    document.querySelector('.jp-Aibro-Replay-form') !== null;
  const options = (): string[] =>
    [...document.querySelectorAll('[role=option]')].map(
      option => option.textContent
    );

  /** Type over what an entry holds. */
  const type = (field: string, text: string): void => {
    const element = entry(field);
    // React listens to the prototype's setter, past the one it put on the element.
    Reflect.set(Object.getPrototypeOf(element), 'value', text, element);
    element.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const choose = (field: string, value: string): void => {
    const element = entry(field);
    element.value = value;
    element.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const press = (field: string, key: string, ctrlKey = false): void => {
    entry(field).dispatchEvent(
      new KeyboardEvent('keydown', {
        key,
        ctrlKey,
        bubbles: true,
        cancelable: true
      })
    );
  };

  const folder = (path: string): void =>
    server.on(`GET api/contents/${path}`, () => ({
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
  const putRecording = (extra: Partial<Recording>): void =>
    server.on('GET aibro/api/jobs/7f3a/recording', () => ({
      body: { ...recording, ...extra }
    }));
  const refuse = (code: string, message: string): void =>
    server.on(POST, () => ({
      status: 409,
      body: { message, code, field: null }
    }));
  const putJob = (job: Job): void => {
    server.on(`GET aibro/api/jobs/${job.job_id}`, () => ({ body: job }));
    server.on(`GET aibro/api/jobs/${job.job_id}/recording`, () => ({
      body: { ...recording, job_id: job.job_id }
    }));
  };

  const open = (jobId: string | null): void =>
    openReplayDialog(
      {
        jobs,
        commands,
        contents,
        defaultDrive: null,
        documents: null,
        fileBrowser: null,
        notebookPath: 'examples/nb.ipynb',
        translator: nullTranslator,
        choices
      },
      jobId
    );
  const openReady = async (): Promise<void> => {
    open('7f3a');
    await until(
      () =>
        isOpen() &&
        !button().disabled &&
        remark('job_id').startsWith('Recorded')
    );
  };

  beforeEach(async () => {
    choices = DEFAULTS;
    installBrowser();
    // jsdom has no layout.
    Element.prototype.scrollIntoView = () => undefined;
    server = await RouteServer.start();
    jobs = new SpecJobs(new AibroClient(server.settings));
    contents = new ContentsManager({ serverSettings: server.settings });
    commands = new CommandRegistry();
    opened = [];
    commands.addCommand(CommandIDs.openReplay, {
      execute: ({ jobId }) => opened.push(jobId)
    });
    folder('examples');
    putJob(digits);
    putJob(wider);
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
    server.on(POST, () => ({ status: 201, body: replay }));
    server.on('GET aibro/api/jobs/new', () => ({ body: replay }));
  });

  afterEach(async () => {
    jobs.change({ deleted: ['new'] });
    Dialog.flush();
    Notification.dismiss();
    contents.dispose();
    await server.stop();
  });

  it('opens with the job, its facts and the folder of the notebook', async () => {
    await openReady();
    expect(entry('job_id').value).toBe('digits, first try · 7f3a');
    for (const words of [
      'Recorded: Keras 3.15.1, TensorFlow 2.21.0, Python 3.11.2, 3 epochs, 4.2 MB · this machine: the same',
      '7,850 parameters, batches of 64, seed 42, custom code: no',
      'train_X: float32 1,000 × 1,000, 4 MB'
    ]) {
      expect(remark('job_id')).toContain(words);
    }
    expect(entry('directory_to_save_ckpt').value).toBe('examples');
    expect(remark('directory_to_save_ckpt')).toBe(
      '→ examples/checkpoints/<job id>/'
    );
    expect(remark('directory_to_save_log')).toBe('→ examples/logs/<job id>/');
    await until(() => document.activeElement === entry('description'));
  });

  it('proposes the folder that the user has set instead of the notebook’s', async () => {
    folder('runs');
    choices = { ...DEFAULTS, logFolder: 'runs' };
    await openReady();
    expect(entry('directory_to_save_ckpt').value).toBe('examples');
    expect(entry('directory_to_save_log').value).toBe('runs');
    expect(remark('directory_to_save_log')).toBe('→ runs/logs/<job id>/');
  });

  it('names what differs on this machine', async () => {
    putRecording({
      differences: [{ name: 'cpus', recorded: '8', current: '2' }]
    });
    await openReady();
    await until(() =>
      remark('job_id').includes('This machine differs in 1 fact')
    );
    expect(remark('job_id')).toContain('cpus: 8 when recorded, 2 here');
  });

  it('starts the replay, closes and lets its page and a notification take over', async () => {
    await openReady();
    type('description', 'why?');
    type('wait_request_s', '60');
    button().click();
    await until(() => !isOpen());
    expect(server.of(POST).map(({ body }) => body)).toEqual([
      {
        description: 'why?',
        directory_to_save_ckpt: 'examples',
        directory_to_save_log: 'examples',
        wait_request_s: 60,
        from_epoch: 0,
        trust: false
      }
    ]);
    expect(Notification.manager.notifications[0].message).toContain(
      'Replay of digits, first try'
    );
    expect(opened).toEqual(['new']);
  });

  describe('of a recording that came in a report', () => {
    beforeEach(() => putRecording({ foreign: true, custom_code: true }));

    it('starts only for those who say that they trust its code', async () => {
      open('7f3a');
      await until(() => document.body.textContent.includes('I trust where'));
      expect(button().disabled).toBe(true);
      entry('trust').click();
      await until(() => !button().disabled);
      entry('trust').click();
      await until(() => button().disabled);
      entry('trust').click();
      await until(() => !button().disabled);
      button().click();
      await until(() => !isOpen());
      expect(server.of(POST)[0].body).toMatchObject({ trust: true });
    });

    it('says to screen readers why the choice is there', async () => {
      open('7f3a');
      await until(() => document.body.textContent.includes('I trust where'));
      expect(remark('trust')).toContain('imported from a report');
    });

    it('forgets the trust when another job is chosen', async () => {
      server.on('GET aibro/api/jobs/8b4c/recording', () => ({
        body: makeRecording({ foreign: true, custom_code: true })
      }));
      open('7f3a');
      await until(() => document.body.textContent.includes('I trust where'));
      entry('trust').click();
      await until(() => !button().disabled);
      entry('job_id').focus();
      type('job_id', 'wider');
      await until(() => options().length === 1);
      await until(() => entry('job_id').hasAttribute('aria-activedescendant'));
      press('job_id', 'Enter');
      await until(() => entry('job_id').value.includes('8b4c'));
      await until(() => remark('job_id').includes('Recorded'));
      expect(entry('trust').checked).toBe(false);
      expect(button().disabled).toBe(true);
    });

    it.each([
      ['is trusted already', { trusted: true }],
      ['holds no code', { custom_code: false }]
    ])('asks nothing when it %s', async (_, extra) => {
      putRecording({ foreign: true, custom_code: true, ...extra });
      await openReady();
      expect(document.getElementById('jp-Aibro-Replay-trust')).toBeNull();
    });
  });

  it('asks for trust when the server wants it after all', async () => {
    refuse('NotTrusted', 'The code of job 7f3a is somebody else’s.');
    await openReady();
    button().click();
    await until(() => document.activeElement?.id === 'jp-Aibro-Replay-trust');
    expect(remark('trust')).toContain('somebody else’s');
    expect(button().disabled).toBe(true);
    entry('trust').click();
    await until(() => !button().disabled);
    button().click();
    await until(() => server.of(POST).length === 2);
    expect(server.of(POST)[1].body).toMatchObject({ trust: true });
  });

  it('begins after an epoch that was saved', async () => {
    putRecording({ start_epochs: [1, 2], no_start_epochs: null });
    await openReady();
    const start = document.getElementById('jp-Aibro-Replay-from_epoch');
    expect([...(start?.children ?? [])].map(it => it.textContent)).toEqual([
      'At the beginning',
      'After epoch 1',
      'After epoch 2'
    ]);
    choose('from_epoch', '2');
    button().click();
    await until(() => !isOpen());
    expect(server.of(POST)[0].body).toMatchObject({ from_epoch: 2 });
  });

  it('says why it can begin at the beginning alone', async () => {
    await openReady();
    expect(entry('from_epoch').disabled).toBe(true);
    expect(remark('from_epoch')).toBe('No checkpoints were saved.');
  });

  it('says under the epoch that it cannot begin there', async () => {
    putRecording({ start_epochs: [1, 2], no_start_epochs: null });
    refuse('CannotReplay', 'The checkpoint of epoch 2 is gone.');
    await openReady();
    choose('from_epoch', '2');
    button().click();
    await until(() => remark('from_epoch').includes('is gone'));
    choose('from_epoch', '0');
    await until(() => !button().disabled);
    refuse('CannotReplay', 'Nothing here has Keras.');
    button().click();
    await until(() => remark('job_id').includes('Nothing here has Keras.'));
  });

  it('shows what hinders the replay beside the facts of the recording', async () => {
    putRecording({ interpreter: null, problem: 'Install TensorFlow.' });
    open('7f3a');
    await until(() => isOpen() && remark('job_id').includes('Recorded'));
    expect(remark('job_id')).toContain('Install TensorFlow.');
    expect(entry('job_id').getAttribute('aria-invalid')).toBe('true');
    expect(button().disabled).toBe(true);
  });

  it('a recording that is deleted while the dialog is open says so', async () => {
    await openReady();
    jobs.change({ jobs: [{ ...digits, recorded: false }] });
    await until(() => remark('job_id').includes('was not recorded'));
    expect(button().disabled).toBe(true);
  });

  it('asks to save nothing of what is switched off', async () => {
    await openReady();
    document
      .getElementById('jp-Aibro-Replay-directory_to_save_log-on')
      ?.click();
    await until(() => entry('directory_to_save_log').disabled);
    expect(remark('directory_to_save_log')).toBe('Not saved');
    button().click();
    await until(() => !isOpen());
    expect(server.of(POST)[0].body).toMatchObject({
      directory_to_save_ckpt: 'examples',
      directory_to_save_log: null
    });
  });

  it('says that it starts, and a second click does nothing', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => (release = resolve));
    server.on(POST, async () => {
      await gate;
      return { status: 201, body: makeJob('new', { seq: 5 }) };
    });
    await openReady();
    button().click();
    button().click();
    expect(button().textContent).toBe('Starting…');
    await until(() => server.of(POST).length > 0);
    release();
    await until(() => !isOpen());
    expect(server.of(POST)).toHaveLength(1);
  });

  it('shows what is wrong under the entry and does not replay', async () => {
    await openReady();
    type('directory_to_save_ckpt', 'nowhere');
    type('wait_request_s', '-1');
    await until(() => remark('directory_to_save_ckpt').includes('There is no'));
    expect(remark('wait_request_s')).toContain('cannot be negative');
    expect(entry('directory_to_save_ckpt').getAttribute('aria-invalid')).toBe(
      'true'
    );
    expect(button().disabled).toBe(true);
    press('description', 'Enter', true);
    type('directory_to_save_ckpt', '/examples/');
    type('wait_request_s', '1');
    await until(() => !button().disabled);
    expect(server.of(POST)).toHaveLength(0);
  });

  it('puts what the server refuses under its entry and loses nothing', async () => {
    server.on(POST, () => ({
      status: 400,
      body: {
        message: 'The folder leads out of the root.',
        code: 'BadFolder',
        field: 'directory_to_save_log'
      }
    }));
    await openReady();
    type('description', 'long thought');
    button().click();
    await until(() => remark('directory_to_save_log').includes('leads out'));
    await until(
      () => document.activeElement === entry('directory_to_save_log')
    );
    expect(entry('description').value).toBe('long thought');
    expect(button().disabled).toBe(true);
    type('directory_to_save_log', 'examples/');
    await until(
      () => remark('directory_to_save_log') === '→ examples/logs/<job id>/'
    );
    expect(button().disabled).toBe(false);
  });

  it('says what is wrong when no entry is to blame, and can be tried again', async () => {
    server.on(POST, () => ({
      status: 507,
      body: { message: 'No space is left.', code: 'DiskFull', field: null }
    }));
    await openReady();
    button().click();
    await until(
      () =>
        document.querySelector('.jp-Aibro-Replay-form [role=alert]')
          ?.textContent === 'No space is left.'
    );
    expect(button().disabled).toBe(false);
    expect(button().textContent).toBe('Replay');
  });

  it.each([
    ['was not recorded', { recorded: false }],
    ['not ended yet', { ended_at: null, status: 'TRAINING' as const }]
  ])('a job that cannot be replayed %s', async (words, extra) => {
    putJob({ ...digits, ...extra });
    open('7f3a');
    await until(() => isOpen() && remark('job_id').includes(words));
    expect(button().disabled).toBe(true);
  });

  it('a job that was deleted says so, also while the dialog is open', async () => {
    await openReady();
    server.on('GET aibro/api/jobs/7f3a', () => ({
      status: 404,
      body: {
        message: 'There is no job 7f3a.',
        code: 'JobNotFound',
        field: null
      }
    }));
    jobs.change({ deleted: ['7f3a'] });
    await until(() => remark('job_id') === 'There is no job 7f3a.');
    expect(button().disabled).toBe(true);
  });

  it('a job that ends while the dialog is open can be replayed then', async () => {
    const running = { ...digits, ended_at: null, status: 'TRAINING' as const };
    putJob(running);
    open('7f3a');
    await until(() => isOpen() && remark('job_id').includes('not ended yet'));
    jobs.change({ jobs: [digits] });
    await until(() => !button().disabled);
  });

  it('finds a job by the keyboard', async () => {
    open(null);
    await until(() => isOpen() && document.activeElement === entry('job_id'));
    press('job_id', 'ArrowDown');
    await until(() => options().length === 2);
    const [asked] = server.of('GET aibro/api/jobs');
    expect(asked.query.get('filter')).toBe('recorded');
    expect(document.querySelector('[role=status]')?.textContent).toBe(
      'The newest 2 of 3,000 jobs; type to find the others'
    );
    type('job_id', 'first');
    await until(() => options().length === 1);
    await until(() => entry('job_id').hasAttribute('aria-activedescendant'));
    press('job_id', 'Enter');
    await until(() => !button().disabled);
    expect(entry('job_id').value).toBe('digits, first try · 7f3a');
    expect(options()).toEqual([]);
    expect(server.of(POST)).toHaveLength(0);
  });

  it('Escape closes the list first, then the dialog', async () => {
    await openReady();
    entry('job_id').focus();
    press('job_id', 'ArrowDown');
    await until(() => options().length === 2);
    press('job_id', 'Escape');
    await until(() => options().length === 0);
    expect(entry('job_id').value).toBe('digits, first try · 7f3a');
    press('job_id', 'Escape');
    await until(() => !isOpen());
    expect(server.of(POST)).toHaveLength(0);
  });

  it('Enter makes a new line in the description and sends from a single line', async () => {
    await openReady();
    const enter = new KeyboardEvent('keydown', {
      key: 'Enter',
      bubbles: true,
      cancelable: true
    });
    entry('description').dispatchEvent(enter);
    expect(enter.defaultPrevented).toBe(false);
    expect(server.of(POST)).toHaveLength(0);
    entry('wait_request_s').focus();
    press('wait_request_s', 'Enter');
    await until(() => !isOpen());
  });

  it('Ctrl+Enter sends from the description', async () => {
    await openReady();
    press('description', 'Enter', true);
    await until(() => !isOpen());
    expect(server.of(POST)).toHaveLength(1);
  });

  it('is not opened twice', async () => {
    await openReady();
    open('8b4c');
    expect(document.querySelectorAll('.jp-Aibro-Replay-dialog')).toHaveLength(
      1
    );
  });

  it('ignores the answer about a folder that is no longer named', async () => {
    await openReady();
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => (release = resolve));
    server.on('GET api/contents/slow', async () => {
      await gate;
      return { status: 404, body: { message: 'Not there' } };
    });
    type('directory_to_save_ckpt', 'slow');
    await until(() => server.of('GET api/contents/slow').length > 0);
    type('directory_to_save_ckpt', 'examples');
    release();
    await until(
      () =>
        remark('directory_to_save_ckpt') === '→ examples/checkpoints/<job id>/'
    );
  });
});
