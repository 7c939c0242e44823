import { makeRecording } from '../../jest/recordings';
import { ReplayDialog } from '../../jest/replayDialog';
import { until } from '../../jest/until';

describe('the replay dialog, of code that came from elsewhere', () => {
  let dialog: ReplayDialog;

  beforeEach(async () => {
    dialog = await ReplayDialog.start();
  });

  afterEach(() => dialog.stop());

  describe('of a recording that came in a report', () => {
    beforeEach(() => dialog.putRecording({ foreign: true, custom_code: true }));

    it('starts only for those who say that they trust its code', async () => {
      dialog.open();
      await until(() => document.body.textContent.includes('I trust where'));
      expect(dialog.button.disabled).toBe(true);
      dialog.entry('trust').click();
      await until(() => !dialog.button.disabled);
      dialog.entry('trust').click();
      await until(() => dialog.button.disabled);
      dialog.entry('trust').click();
      await until(() => !dialog.button.disabled);
      dialog.button.click();
      await until(() => !dialog.isOpen);
      expect(dialog.sent[0]).toMatchObject({ trust: true });
    });

    it('says to screen readers why the choice is there', async () => {
      dialog.open();
      await until(() => document.body.textContent.includes('I trust where'));
      expect(dialog.remark('trust')).toContain('imported from a report');
    });

    it('forgets the trust when another job is chosen', async () => {
      dialog.server.on('GET aibro/api/jobs/8b4c/recording', () => ({
        body: makeRecording({ foreign: true, custom_code: true })
      }));
      dialog.open();
      await until(() => document.body.textContent.includes('I trust where'));
      dialog.entry('trust').click();
      await until(() => !dialog.button.disabled);
      dialog.entry('job_id').focus();
      dialog.type('job_id', 'wider');
      await until(() => dialog.options.length === 1);
      await until(() =>
        dialog.entry('job_id').hasAttribute('aria-activedescendant')
      );
      dialog.press('job_id', 'Enter');
      await until(() => dialog.entry('job_id').value.includes('8b4c'));
      await until(() => dialog.remark('job_id').includes('Recorded'));
      expect(dialog.entry('trust').checked).toBe(false);
      expect(dialog.button.disabled).toBe(true);
    });

    it.each([
      ['is trusted already', { trusted: true }],
      ['holds no code', { custom_code: false }]
    ])('asks nothing when it %s', async (_, extra) => {
      dialog.putRecording({ foreign: true, custom_code: true, ...extra });
      await dialog.openReady();
      expect(document.getElementById('jp-Aibro-Replay-trust')).toBeNull();
    });
  });

  it('asks for trust when the server wants it after all', async () => {
    dialog.refuse('NotTrusted', 'The code of job 7f3a is somebody else’s.');
    await dialog.openReady();
    dialog.button.click();
    await until(() => document.activeElement?.id === 'jp-Aibro-Replay-trust');
    expect(dialog.remark('trust')).toContain('somebody else’s');
    expect(dialog.button.disabled).toBe(true);
    dialog.entry('trust').click();
    await until(() => !dialog.button.disabled);
    dialog.button.click();
    await until(() => dialog.sent.length === 2);
    expect(dialog.sent[1]).toMatchObject({ trust: true });
  });
});
