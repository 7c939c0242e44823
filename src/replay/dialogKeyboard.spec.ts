import { ReplayDialog } from '../../jest/replayDialog';
import { until } from '../../jest/until';

describe('the replay dialog by keyboard', () => {
  let dialog: ReplayDialog;

  beforeEach(async () => {
    dialog = await ReplayDialog.start();
  });

  afterEach(() => dialog.stop());

  it('finds a job by the keyboard', async () => {
    dialog.open(null);
    await until(
      () => dialog.isOpen && document.activeElement === dialog.entry('job_id')
    );
    dialog.press('job_id', 'ArrowDown');
    await until(() => dialog.options.length === 2);
    const [asked] = dialog.server.of('GET aibro/api/jobs');
    expect(asked.query.get('filter')).toBe('recorded');
    expect(document.querySelector('[role=status]')?.textContent).toBe(
      'The newest 2 of 3,000 jobs; type to find the others'
    );
    dialog.type('job_id', 'first');
    await until(() => dialog.options.length === 1);
    await until(() =>
      dialog.entry('job_id').hasAttribute('aria-activedescendant')
    );
    dialog.press('job_id', 'Enter');
    await until(() => !dialog.button.disabled);
    expect(dialog.entry('job_id').value).toBe('digits, first try · 7f3a');
    expect(dialog.options).toEqual([]);
    expect(dialog.sent).toHaveLength(0);
  });

  it('Escape closes the list first, then the dialog', async () => {
    await dialog.openReady();
    dialog.entry('job_id').focus();
    dialog.press('job_id', 'ArrowDown');
    await until(() => dialog.options.length === 2);
    dialog.press('job_id', 'Escape');
    await until(() => dialog.options.length === 0);
    expect(dialog.entry('job_id').value).toBe('digits, first try · 7f3a');
    dialog.press('job_id', 'Escape');
    await until(() => !dialog.isOpen);
    expect(dialog.sent).toHaveLength(0);
  });

  it('Enter makes a new line in the description and sends from a single line', async () => {
    await dialog.openReady();
    const enter = new KeyboardEvent('keydown', {
      key: 'Enter',
      bubbles: true,
      cancelable: true
    });
    dialog.entry('description').dispatchEvent(enter);
    expect(enter.defaultPrevented).toBe(false);
    expect(dialog.sent).toHaveLength(0);
    dialog.entry('wait_request_s').focus();
    dialog.press('wait_request_s', 'Enter');
    await until(() => !dialog.isOpen);
  });

  it('Ctrl+Enter sends from the description', async () => {
    await dialog.openReady();
    dialog.press('description', 'Enter', true);
    await until(() => !dialog.isOpen);
    expect(dialog.sent).toHaveLength(1);
  });
});
