import path from 'node:path';

import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { begin, execute } from '../fixtures/commands';
import { retriedJob, sampleJobs, submit } from '../fixtures/jobs';
import { NOWHERE, writeMachines } from '../fixtures/machines';
import { openWithoutKernel, upload } from '../fixtures/notebook';
import { cardOf, diffOf, timelineOf } from '../fixtures/outputs';
import { schemaMessages, sourceMessages } from '../fixtures/messages';
import { Panel } from '../fixtures/panel';
import { installPseudoLanguage, pseudo } from '../fixtures/pseudoLanguage';
import { testWithServer } from '../fixtures/server';
import { cutOff, untranslated } from '../fixtures/texts';

const test = testWithServer({
  prepare: folder => {
    installPseudoLanguage(folder);
    return {
      args: [`--LabApp.user_settings_dir=${path.join(folder, 'settings')}`],
      env: { PYTHONPATH: path.join(folder, 'packages') }
    };
  }
});

/** The longest a cold job may take, in ms. */
const TRAINED = 300_000;
test.use({ mockSettings: false });

/** Expect everything in an element to be translated, and nothing in it to be cut off. */
async function expectReadable(what: string, root: Locator): Promise<void> {
  await test.step(what, async () => {
    await expect(root.first(), what).toBeVisible();
    expect.soft(await untranslated(root), `${what}: untranslated`).toEqual([]);
    expect.soft(await cutOff(root), `${what}: cut off`).toEqual([]);
  });
}

test('the messages can be translated', () => {
  const messages = sourceMessages();
  expect(messages.length).toBeGreaterThan(300);
  const places = ({ id, context = '' }: { id: string; context?: string }) =>
    `${context}|${id}`;
  // gettext keeps one entry per id, so an id must not be used both with and without a plural.
  const counting = new Set(
    messages.filter(it => it.plural !== undefined).map(places)
  );
  const both = messages.filter(
    it => it.plural === undefined && counting.has(places(it))
  );
  expect(both).toEqual([]);
  for (const { id, place, plural } of [...messages, ...schemaMessages()]) {
    expect.soft(id.trim(), place).toBe(id);
    expect.soft(id, place).not.toBe('');
    expect.soft(id + (plural ?? ''), place).not.toContain('...');
  }
});

test.describe('in another language', () => {
  test('a panel without jobs says how to begin', async ({ page }) => {
    await execute(page, 'aibro:show-panel');
    const panel = page.locator('#jp-aibro-jobs');
    await expect(panel.locator('pre')).toBeVisible();
    await expectReadable('the empty panel', panel);
  });

  test('machines, and a job on its second', async ({ page, tmpPath }) => {
    const retried = await retriedJob(page);
    await writeMachines(page, NOWHERE);
    const panel = new Panel(page);
    await execute(page, 'aibro:show-panel');
    const machines = panel.root.locator('.jp-Aibro-machineRow');
    await expect(machines.nth(1)).toContainText('127.0.0.1:9');
    await expect(panel.row(retried)).toBeVisible();
    for (const width of [500, 300, 250]) {
      await page.sidebar.setWidth(width, 'left');
      await expectReadable(`machines at ${width} px`, panel.root);
    }
    await writeMachines(page, NOWHERE.replace('cpus = 8', 'cpus = "many"'));
    await panel.root
      .getByRole('button', { name: pseudo('Ask again what is free') })
      .click();
    await expect(panel.root.getByRole('alert')).toBeVisible();
    await expectReadable('a broken machines.toml', panel.root);
    await writeMachines(page, '');

    const notebook = `${tmpPath}/attempts.ipynb`;
    const outputs = await Promise.all([
      cardOf(page, retried),
      timelineOf(page, retried)
    ]);
    await upload(page, notebook, [{ source: '', outputs }]);
    await openWithoutKernel(page, notebook);
    const output = page.locator('.jp-OutputArea-output');
    await expect(output).toHaveCount(2);
    const timeline = output.nth(1);
    await timeline.locator('button[aria-pressed]').nth(2).click();
    await expect(timeline.locator('svg.main-svg').first()).toBeVisible();
    await timeline
      .getByRole('button', { name: pseudo('Show as table') })
      .click();
    for (const width of [400, 900]) {
      await page.addStyleTag({
        content: `.jp-OutputArea-output { flex: none; width: ${width}px; }`
      });
      await expectReadable(`attempts at ${width} px`, output);
    }
  });

  test('the panel, its menus and its questions', async ({ page }) => {
    const jobs = await sampleJobs(page);
    const runs = await submit(page, 'goes on and on', {
      epochs: 10_000,
      pause: 0.05
    });
    await execute(page, 'aibro:show-panel');
    const panel = page.locator('#jp-aibro-jobs');
    const toasts = page.locator('.Toastify__toast');
    const row = (jobId: string) => panel.locator(`[data-job-id="${jobId}"]`);
    await expect(row(runs).getByRole('progressbar')).toBeVisible({
      timeout: TRAINED
    });
    for (const width of [500, 300, 250]) {
      await page.sidebar.setWidth(width, 'left');
      await expectReadable(`the panel at ${width} px`, panel);
    }
    await page.sidebar.setWidth(300, 'left');
    await expectReadable(
      'the status item',
      page.locator('.jp-Aibro-statusItem')
    );

    const menu = page.locator('.lm-Menu');
    for (const jobId of [runs, jobs.completed, jobs.replay]) {
      await row(jobId).click({ button: 'right' });
      await expectReadable(
        'the menu of a job',
        menu.locator('[data-command^="aibro:"]')
      );
      await page.keyboard.press('Escape');
    }
    await row(jobs.completed).click();
    await row(jobs.warm).click({ modifiers: ['Control'] });
    await expectReadable('the panel with a selection', panel);
    await row(jobs.warm).click({ button: 'right' });
    await expectReadable(
      'the menu of several jobs',
      menu.locator('[data-command^="aibro:"]')
    );
    await page.keyboard.press('Escape');

    await begin(page, 'aibro:delete', { jobIds: [jobs.completed, jobs.warm] });
    const dialog = page.locator('.jp-Dialog-content');
    await expectReadable('the question before deleting', dialog);
    await page.keyboard.press('Escape');

    await row(jobs.completed).click();
    await begin(page, 'aibro:delete-recording', { jobId: jobs.completed });
    await expectReadable('the question about a recording', dialog);
    await page.keyboard.press('Escape');

    await begin(page, 'aibro:compare-timelines', { first: jobs.completed });
    await expectReadable('the question what to compare with', dialog);
    await dialog.getByRole('button', { name: pseudo('Cancel') }).click();
    await expect(dialog).toHaveCount(0);

    await page.keyboard.press('Control+Shift+C');
    await expectReadable(
      'the palette',
      page.locator(
        '#modal-command-palette [data-command^="aibro:"] .lm-CommandPalette-itemLabel'
      )
    );
    await page.keyboard.press('Escape');

    const soon = await submit(page, 'ends soon', { epochs: 1, coolDown: 600 });
    await expect(row(soon)).toContainText('COMPLETED', { timeout: TRAINED });
    // Either a notification of this job, or one that counts several jobs that ended at the same
    // time.
    await expect(toasts.first()).toBeVisible();
    await expectReadable(
      'the notifications at the end of jobs',
      toasts.locator('.jp-toast-message, .jp-toast-button')
    );
    await execute(page, 'aibro:cancel', { jobId: runs });
    await expect(
      panel.locator('.jp-Aibro-instance').filter({ hasText: 'COOLING' })
    ).toBeVisible();
    for (const width of [500, 300, 250]) {
      await page.sidebar.setWidth(width, 'left');
      await expectReadable(`instances at ${width} px`, panel);
    }
    await panel.getByRole('searchbox').fill('nothing has this name');
    await expect(panel.locator('[data-job-id]')).toHaveCount(0);
    await expectReadable('a search without an answer', panel);
    await panel.getByRole('searchbox').fill('');
    await expect(row(jobs.completed)).toBeVisible();

    await page.route('**/aibro/api/**', route => route.abort());
    await new Panel(page).wake();
    await expect(panel.getByRole('alert')).toBeVisible();
    await expectReadable('the panel without its server', panel);
  });

  test('the replay dialog and its complaints', async ({ page }) => {
    const jobs = await sampleJobs(page);
    await begin(page, 'aibro:replay', { jobId: jobs.completed });
    const dialog = page.locator('dialog, [role="dialog"]').last();
    await expectReadable('the dialog', dialog);
    await dialog
      .getByRole('textbox', { name: pseudo('Folder') })
      .first()
      .fill('../../nowhere');
    await dialog.getByLabel(pseudo('Wait for an instance at most')).fill('-1');
    await expect(dialog.locator('[aria-invalid=true]')).toHaveCount(2);
    await expectReadable('the dialog with errors', dialog);
  });

  test('cards and charts in a notebook', async ({ page, tmpPath }) => {
    const { completed, failed, warm } = await sampleJobs(page);
    const outputs = await Promise.all([
      cardOf(page, completed),
      cardOf(page, failed),
      timelineOf(page, completed),
      diffOf(page, completed, warm)
    ]);
    const notebook = `${tmpPath}/outputs.ipynb`;
    await upload(
      page,
      notebook,
      outputs.map(output => ({ source: '', outputs: [output] }))
    );
    await page.setViewportSize({ width: 1280, height: 2600 });
    await openWithoutKernel(page, notebook);
    const output = page.locator('.jp-OutputArea-output');
    await expect(output).toHaveCount(4);
    const timeline = output.nth(2);
    await expect(timeline.locator('svg.main-svg').first()).toBeVisible();
    await timeline
      .locator('footer, .jp-Aibro-Timeline-footer')
      .getByRole('button')
      .first()
      .click();
    for (const width of [400, 900]) {
      await page.addStyleTag({
        content: `.jp-OutputArea-output { flex: none; width: ${width}px; }`
      });
      await expectReadable(`outputs at ${width} px`, output);
      for (const index of [0, 1, 2]) {
        await timeline.locator('button[aria-pressed]').nth(index).click();
        await expectReadable(`chart ${index} at ${width} px`, timeline);
      }
    }
  });

  test('the page of a job, of a replay, and the settings', async ({ page }) => {
    const jobs = await sampleJobs(page);
    for (const jobId of [jobs.completed, jobs.failed, jobs.replay]) {
      await execute(page, 'aibro:open-job', { jobId });
      const jobPage = page.locator(`#jp-aibro-job-${jobId}`);
      await expect(jobPage.getByRole('tab').first()).toBeVisible();
      for (const tab of await jobPage.getByRole('tab').all()) {
        await tab.click();
        await expect(jobPage.getByRole('tabpanel')).toBeVisible();
        await expect(
          jobPage.getByText(pseudo('Loading the recording…'))
        ).toHaveCount(0);
        await expectReadable(`job page ${await tab.textContent()}`, jobPage);
      }
      await execute(page, 'application:close');
    }

    await execute(page, 'aibro:show-log', { jobId: jobs.failed });
    const log = page.locator('.jp-Aibro-log-view').last();
    await log.getByRole('button', { name: pseudo('Find') }).click();
    await log.getByRole('textbox').fill('epoch');
    await expect(log.locator('mark').first()).toBeVisible();
    await expectReadable('the log and its search', log);

    await execute(page, 'aibro:open-replay', { jobId: jobs.replay });
    const replay = page.locator('.jp-Aibro-ReplayPage');
    await expect(replay.locator('svg.main-svg').first()).toBeVisible();
    await expectReadable('the page of a replay', replay);

    await execute(page, 'settingeditor:open', { query: pseudo('AIbro') });
    const form = page.locator('.jp-SettingsPanel fieldset').first();
    await expectReadable('the settings', form);
  });
});
