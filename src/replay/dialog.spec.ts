import { Notification } from '@jupyterlab/apputils';
import { makeJob } from '../../jest/jobs';
import { ReplayDialog } from '../../jest/replayDialog';
import { until } from '../../jest/until';
import { DEFAULTS } from '../settings/settings';
import { CommandIDs } from '../tokens';

describe('the replay dialog', () => {
  let dialog: ReplayDialog;

  beforeEach(async () => {
    dialog = await ReplayDialog.start();
  });

  afterEach(() => dialog.stop());

  it('opens with the job, its facts and the folder of the notebook', async () => {
    await dialog.openReady();
    expect(dialog.entry('job_id').value).toBe('digits, first try · 7f3a');
    for (const words of [
      'Recorded: Keras 3.15.1, TensorFlow 2.21.0, Python 3.11.2, 3 epochs, 4.2 MB · this machine: the same',
      '7,850 parameters, batches of 64, seed 42, custom code: no',
      'train_X: float32 1,000 × 1,000, 4 MB'
    ]) {
      expect(dialog.remark('job_id')).toContain(words);
    }
    expect(dialog.entry('directory_to_save_ckpt').value).toBe('examples');
    expect(dialog.remark('directory_to_save_ckpt')).toBe(
      '→ examples/checkpoints/<job id>/'
    );
    expect(dialog.remark('directory_to_save_log')).toBe(
      '→ examples/logs/<job id>/'
    );
    await until(() => document.activeElement === dialog.entry('description'));
  });

  it('proposes the folder that the user has set instead of the notebook’s', async () => {
    dialog.putFolder('runs');
    await dialog.openReady({ ...DEFAULTS, logFolder: 'runs' });
    expect(dialog.entry('directory_to_save_ckpt').value).toBe('examples');
    expect(dialog.entry('directory_to_save_log').value).toBe('runs');
    expect(dialog.remark('directory_to_save_log')).toBe(
      '→ runs/logs/<job id>/'
    );
  });

  it('names what differs on this machine', async () => {
    dialog.putRecording({
      differences: [{ name: 'cpus', recorded: '8', current: '2' }]
    });
    await dialog.openReady();
    await until(() =>
      dialog.remark('job_id').includes('This machine differs in 1 fact')
    );
    expect(dialog.remark('job_id')).toContain('cpus: 8 when recorded, 2 here');
  });

  it('starts the replay, closes and lets its page and a notification take over', async () => {
    await dialog.openReady();
    dialog.type('description', 'why?');
    dialog.type('wait_request_s', '60');
    dialog.button.click();
    await until(() => !dialog.isOpen);
    expect(dialog.sent).toEqual([
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
    expect(dialog.executed).toEqual([
      [CommandIDs.openReplay, { jobId: 'new' }]
    ]);
  });

  it('begins after an epoch that was saved', async () => {
    dialog.putRecording({ start_epochs: [1, 2], no_start_epochs: null });
    await dialog.openReady();
    const start = document.getElementById('jp-Aibro-Replay-from_epoch');
    expect([...(start?.children ?? [])].map(it => it.textContent)).toEqual([
      'At the beginning',
      'After epoch 1',
      'After epoch 2'
    ]);
    dialog.choose('from_epoch', '2');
    dialog.button.click();
    await until(() => !dialog.isOpen);
    expect(dialog.sent[0]).toMatchObject({ from_epoch: 2 });
  });

  it('says why it can begin at the beginning alone', async () => {
    await dialog.openReady();
    expect(dialog.entry('from_epoch').disabled).toBe(true);
    expect(dialog.remark('from_epoch')).toBe('No checkpoints were saved.');
  });

  it('asks to save nothing of what is switched off', async () => {
    await dialog.openReady();
    document
      .getElementById('jp-Aibro-Replay-directory_to_save_log-on')
      ?.click();
    await until(() => dialog.entry('directory_to_save_log').disabled);
    expect(dialog.remark('directory_to_save_log')).toBe('Not saved');
    dialog.button.click();
    await until(() => !dialog.isOpen);
    expect(dialog.sent[0]).toMatchObject({
      directory_to_save_ckpt: 'examples',
      directory_to_save_log: null
    });
  });

  it('says that it starts, and a second click does nothing', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => (release = resolve));
    dialog.answer(async () => {
      await gate;
      return { status: 201, body: makeJob('new', { seq: 5 }) };
    });
    await dialog.openReady();
    dialog.button.click();
    dialog.button.click();
    expect(dialog.button.textContent).toBe('Starting…');
    await until(() => dialog.sent.length > 0);
    release();
    await until(() => !dialog.isOpen);
    expect(dialog.sent).toHaveLength(1);
  });

  it('is not opened twice', async () => {
    await dialog.openReady();
    dialog.open('8b4c');
    expect(document.querySelectorAll('.jp-Aibro-Replay-dialog')).toHaveLength(
      1
    );
  });
});
