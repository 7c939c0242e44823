/* The animation of the README: train, watch, replay, read the verdict. */
import { expect } from '@jupyterlab/galata';

import { Panel } from '../fixtures/panel';
import { ReplayDialog } from '../fixtures/replayDialog';
import { testWithServer } from '../fixtures/server';
import { dress } from './camera';
import { openDigits } from './digits';
import { Film, glideAndClick, showPointer } from './film';

const test = testWithServer();

const TRAINED = { timeout: 120_000 };

const CELL = `import aibro

job_id = aibro.Training.offline_fit(
    model=model, train_X=X, train_Y=y, validation_data=(Xv, yv),
    epochs=10, batch_size=64, description="digits, first try",
    cool_down_period_s=600, record=True,
)
aibro.Job.show(job_id)
aibro.Job.plot_timeline(job_id)`;

test.use({ viewport: { width: 1120, height: 900 } });

test('main job', async ({ page }) => {
  await openDigits(page, [CELL]);
  await new Panel(page).open();
  await page
    .locator('.jp-Notebook .jp-Cell')
    .nth(1)
    .evaluate(cell => {
      cell.scrollIntoView({ block: 'start' });
    });
  await dress(page, 'film');
  await showPointer(page);
  await page.mouse.move(900, 600);

  const film = await Film.start(page, 'main-job');
  film.chapter(1);
  await page.waitForTimeout(1000);
  film.chapter(6);
  await page.keyboard.press('Control+Enter');
  const card = page.locator('.jp-Notebook .jp-Aibro-Card').first();
  await expect(card).toHaveAttribute('data-status', 'COMPLETED', TRAINED);
  film.chapter(1.5);
  await page.waitForTimeout(1500);

  film.chapter(4.5);
  const replay = card.getByRole('button', { name: 'Replay…' });
  const place = await glideAndClick(page, replay, [900, 600]);
  const dialog = new ReplayDialog(page);
  await expect(dialog.replay).toBeEnabled();
  await page.waitForTimeout(600);
  await dialog.description.pressSequentially('does it come out the same?', {
    delay: 40
  });
  await glideAndClick(page, dialog.replay, place);
  film.chapter(4);
  const verdict = page.locator('.jp-Aibro-ReplayPage-verdict');
  await expect(verdict).toContainText('IDENTICAL', TRAINED);
  film.chapter(3);
  await page.waitForTimeout(3000);
  await film.stop();
});
