import fs from 'node:fs';
import path from 'node:path';

import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { execute } from '../fixtures/commands';
import { endedJobId, putEndedJobs } from '../fixtures/endedJobs';
import { JobPage } from '../fixtures/jobPage';
import { runPython } from '../fixtures/jobs';
import { testWithServer } from '../fixtures/server';

const TALK = path.join(__dirname, '..', 'fixtures', 'talking_job.py');
/** The longest a cold job may take until it is training, in ms. */
const TRAINING = 300_000;

/** The log viewer in front. */
class Log {
  constructor(page: IJupyterLabPageFixture) {
    this.root = page.locator('.jp-Aibro-log-view:visible');
    this.lines = this.root.getByRole('log');
    this.state = this.root.locator('.jp-Aibro-log-state');
    this.follow = this.root.getByRole('button', {
      name: 'Follow',
      exact: true
    });
    this.find = this.root.getByRole('textbox', { name: 'Find in the log' });
    this.count = this.root.locator('.jp-Aibro-log-count');
    this.hit = this.root.locator('.jp-Aibro-log-hit.jp-mod-current');
    this.wrap = this.root.getByRole('button', { name: 'Wrap long lines' });
  }

  readonly root: Locator;
  readonly lines: Locator;
  readonly state: Locator;
  readonly follow: Locator;
  readonly find: Locator;
  readonly count: Locator;
  readonly hit: Locator;
  readonly wrap: Locator;

  /** The line at a third of the viewer's height. */
  lineOnScreen(): Promise<string> {
    return this.lines.evaluate(scroller => {
      const { left, top, height } = scroller.getBoundingClientRect();
      const spot = document.elementFromPoint(left + 10, top + height / 3);
      const line = spot?.closest('.jp-Aibro-log-line');
      return line?.textContent ?? '';
    });
  }

  /** The number of lines that the viewer reports. */
  async length(): Promise<number> {
    const words = await this.state.textContent();
    return Number(/^([\d,]+) lines/.exec(words ?? '')?.[1].replaceAll(',', ''));
  }
}

test('the log of a job that prints is followed, left, searched and found as it was', async ({
  page
}) => {
  const log = new Log(page);
  const printed = await runPython(page, fs.readFileSync(TALK, 'utf8'));
  const jobId = printed.trim().split('\n').pop() ?? '';
  await execute(page, 'aibro:show-log', { jobId });

  await test.step('it follows the end', async () => {
    await expect(log.lines).toContainText(/tick \d/, { timeout: TRAINING });
    await expect(log.state).toHaveText(/following$/);
    const first = await log.length();
    await expect.poll(() => log.length()).toBeGreaterThan(first + 5);
    await expect(log.lines.getByText(/^tick \d+$/).last()).toBeInViewport();
  });

  await test.step('scrolled up it stays where it is, and says that more comes', async () => {
    await log.lines.hover();
    await page.mouse.wheel(0, -3000);
    await expect(log.follow).toBeVisible();
    await expect(log.state).toHaveText(/still growing$/);
    await expect.poll(() => log.lineOnScreen()).toContain('preface');
    const line = await log.lineOnScreen();
    const length = await log.length();
    await expect.poll(() => log.length()).toBeGreaterThan(length + 5);
    expect(await log.lineOnScreen()).toBe(line);
  });

  await test.step('and follows again when told to', async () => {
    await log.follow.click();
    await expect(log.state).toHaveText(/following$/);
    await expect(log.follow).toBeHidden();
    await expect(log.lines).toBeFocused();
  });

  await test.step('a search counts its hits, and leads from one to the next and back', async () => {
    await page.keyboard.press('Control+f');
    await expect(log.find).toBeFocused();
    await log.find.fill('PREFACE, line 19');
    await expect(log.count).toHaveText(/of 111$/);
    const place = async (): Promise<number> =>
      parseInt((await log.count.textContent()) ?? '', 10);
    const start = await place();
    const next = (start % 111) + 1;
    await log.find.press('Enter');
    await expect(log.count).toHaveText(`${next} of 111`);
    await expect(log.hit).toBeInViewport();
    await log.find.press('Shift+Enter');
    await expect(log.count).toHaveText(`${start} of 111`);
    await page.keyboard.press('F3');
    await expect(log.count).toHaveText(`${next} of 111`);
    await log.root.getByRole('button', { name: 'Match case' }).click();
    await expect(log.count).toHaveText('No hits');
  });

  await test.step('colours are those of the terminal, in those of the theme', async () => {
    await log.find.fill('red as');
    await expect(log.count).toHaveText('1 of 1');
    await page.keyboard.press('Escape');
    const red = log.lines.locator('.ansi-red-fg');
    await expect(red).toHaveText('red as a warning');
    await expect(red).toBeInViewport();
  });

  await test.step('how long lines are shown is kept', async () => {
    await expect(log.wrap).toHaveAttribute('aria-pressed', 'true');
    await log.wrap.click();
    await expect(log.wrap).toHaveAttribute('aria-pressed', 'false');
    const isWide = (): Promise<boolean> =>
      log.lines.evaluate(({ clientWidth, scrollWidth }) => {
        return scrollWidth > clientWidth;
      });
    await expect.poll(isWide).toBe(true);
    await execute(page, 'application:close');
    await expect(log.root).toHaveCount(0);
    await execute(page, 'aibro:open-job', { jobId, tab: 'log' });
    await expect(log.wrap).toHaveAttribute('aria-pressed', 'false');
    await log.wrap.click();
    await expect(log.wrap).toHaveAttribute('aria-pressed', 'true');
  });

  await test.step('at the end of the job it is complete', async () => {
    const job = new JobPage(page);
    await job.select('Overview');
    await job.root.getByRole('button', { name: 'Cancel' }).click();
    await expect(job.status).toHaveText('CANCELED');
    await job.select('Log');
    await expect(log.state).toHaveText(/complete$/);
    await expect(log.follow).toBeHidden();
  });
});

testWithServer()(
  'a log of 60 MB opens at its end at once, and at any other place',
  async ({ page }) => {
    const log = new Log(page);
    await putEndedJobs(page, 1);
    await runPython(
      page,
      `
from aibro.home import home_folder
from aibro.store import Store

store = Store(home_folder())
path = store.job_folder("${endedJobId(1)}") / "log.txt"
path.parent.mkdir(parents=True, exist_ok=True)
with path.open("w") as file:
    file.writelines(f"line {number} of a long story, {'x' * 30}\\n" for number in range(1_000_000))
store.close()
`
    );
    await execute(page, 'aibro:show-log', { jobId: endedJobId(1) });
    await expect(log.lines).toContainText('line 999999 of');
    await expect(log.state).toHaveText(/^1,000,000 lines, .*complete$/);
    expect(await log.lines.locator('.jp-Aibro-log-line').count()).toBeLessThan(
      300
    );
    await log.lines.focus();
    await page.keyboard.press('Home');
    await expect(log.lines).toContainText('line 0 of');
    await page.keyboard.press('End');
    await expect(log.lines).toContainText('line 999999 of');
    await page.keyboard.press('Control+f');
    await log.find.fill('line 500000 of');
    await expect(log.hit).toBeInViewport();
    await expect(log.lines).toContainText('line 500001 of');
  }
);
