import { ReplayDialog, digits } from '../../jest/replayDialog';
import { until } from '../../jest/until';

describe('the replay dialog, when something is wrong', () => {
  let dialog: ReplayDialog;

  beforeEach(async () => {
    dialog = await ReplayDialog.start();
  });

  afterEach(() => dialog.stop());

  it('says under the epoch that it cannot begin there', async () => {
    dialog.putRecording({ start_epochs: [1, 2], no_start_epochs: null });
    dialog.refuse('CannotReplay', 'The checkpoint of epoch 2 is gone.');
    await dialog.openReady();
    dialog.choose('from_epoch', '2');
    dialog.button.click();
    await until(() => dialog.remark('from_epoch').includes('is gone'));
    dialog.choose('from_epoch', '0');
    await until(() => !dialog.button.disabled);
    dialog.refuse('CannotReplay', 'Nothing here has Keras.');
    dialog.button.click();
    await until(() =>
      dialog.remark('job_id').includes('Nothing here has Keras.')
    );
  });

  it('shows what hinders the replay beside the facts of the recording', async () => {
    dialog.putRecording({ interpreter: null, problem: 'Install TensorFlow.' });
    dialog.open();
    await until(
      () => dialog.isOpen && dialog.remark('job_id').includes('Recorded')
    );
    expect(dialog.remark('job_id')).toContain('Install TensorFlow.');
    expect(dialog.entry('job_id').getAttribute('aria-invalid')).toBe('true');
    expect(dialog.button.disabled).toBe(true);
  });

  it('a recording that is deleted while the dialog is open says so', async () => {
    await dialog.openReady();
    dialog.jobs.change({ jobs: [{ ...digits, recorded: false }] });
    await until(() => dialog.remark('job_id').includes('was not recorded'));
    expect(dialog.button.disabled).toBe(true);
  });

  it('shows what is wrong under the entry and does not replay', async () => {
    await dialog.openReady();
    dialog.type('directory_to_save_ckpt', 'nowhere');
    dialog.type('wait_request_s', '-1');
    await until(() =>
      dialog.remark('directory_to_save_ckpt').includes('There is no')
    );
    expect(dialog.remark('wait_request_s')).toContain('cannot be negative');
    expect(
      dialog.entry('directory_to_save_ckpt').getAttribute('aria-invalid')
    ).toBe('true');
    expect(dialog.button.disabled).toBe(true);
    dialog.press('description', 'Enter', true);
    dialog.type('directory_to_save_ckpt', '/examples/');
    dialog.type('wait_request_s', '1');
    await until(() => !dialog.button.disabled);
    expect(dialog.sent).toHaveLength(0);
  });

  it('puts what the server refuses under its entry and loses nothing', async () => {
    dialog.refuse(
      'BadFolder',
      'The folder leads out of the root.',
      'directory_to_save_log',
      400
    );
    await dialog.openReady();
    dialog.type('description', 'long thought');
    dialog.button.click();
    await until(() =>
      dialog.remark('directory_to_save_log').includes('leads out')
    );
    await until(
      () => document.activeElement === dialog.entry('directory_to_save_log')
    );
    expect(dialog.entry('description').value).toBe('long thought');
    expect(dialog.button.disabled).toBe(true);
    dialog.type('directory_to_save_log', 'examples/');
    await until(
      () =>
        dialog.remark('directory_to_save_log') === '→ examples/logs/<job id>/'
    );
    expect(dialog.button.disabled).toBe(false);
  });

  it('says what is wrong when no entry is to blame, and can be tried again', async () => {
    dialog.refuse('DiskFull', 'No space is left.', null, 507);
    await dialog.openReady();
    dialog.button.click();
    await until(
      () =>
        document.querySelector('.jp-Aibro-Replay-form [role=alert]')
          ?.textContent === 'No space is left.'
    );
    expect(dialog.button.disabled).toBe(false);
    expect(dialog.button.textContent).toBe('Replay');
  });

  it.each([
    ['was not recorded', { recorded: false }],
    ['not ended yet', { ended_at: null, status: 'TRAINING' as const }]
  ])('a job that cannot be replayed %s', async (words, extra) => {
    dialog.putJob({ ...digits, ...extra });
    dialog.open();
    await until(() => dialog.isOpen && dialog.remark('job_id').includes(words));
    expect(dialog.button.disabled).toBe(true);
  });

  it('a job that was deleted says so, also while the dialog is open', async () => {
    await dialog.openReady();
    dialog.server.on('GET aibro/api/jobs/7f3a', () => ({
      status: 404,
      body: {
        message: 'There is no job 7f3a.',
        code: 'JobNotFound',
        field: null
      }
    }));
    dialog.jobs.change({ deleted: ['7f3a'] });
    await until(() => dialog.remark('job_id') === 'There is no job 7f3a.');
    expect(dialog.button.disabled).toBe(true);
  });

  it('a job that ends while the dialog is open can be replayed then', async () => {
    const running = { ...digits, ended_at: null, status: 'TRAINING' as const };
    dialog.putJob(running);
    dialog.open();
    await until(
      () => dialog.isOpen && dialog.remark('job_id').includes('not ended yet')
    );
    dialog.jobs.change({ jobs: [digits] });
    await until(() => !dialog.button.disabled);
  });

  it('ignores the answer about a folder that is no longer named', async () => {
    await dialog.openReady();
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => (release = resolve));
    dialog.server.on('GET api/contents/slow', async () => {
      await gate;
      return { status: 404, body: { message: 'Not there' } };
    });
    dialog.type('directory_to_save_ckpt', 'slow');
    await until(() => dialog.server.of('GET api/contents/slow').length > 0);
    dialog.type('directory_to_save_ckpt', 'examples');
    release();
    await until(
      () =>
        dialog.remark('directory_to_save_ckpt') ===
        '→ examples/checkpoints/<job id>/'
    );
  });
});
