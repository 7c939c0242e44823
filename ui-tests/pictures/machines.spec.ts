/* The picture of machines beyond this one, with a real cluster. */
import fs from 'node:fs';
import path from 'node:path';

import { expect } from '@jupyterlab/galata';

import { Cluster } from '../fixtures/cluster';
import { runPython } from '../fixtures/jobs';
import { writeMachines } from '../fixtures/machines';
import { Panel } from '../fixtures/panel';
import { testWithServer } from '../fixtures/server';
import { dress, picture } from './camera';

const cluster = new Cluster();
const test = testWithServer(cluster.options);

const JOBS = fs.readFileSync(path.join(__dirname, 'jobs.py'), 'utf8');
const TRAINED = { timeout: 120_000 };

test.use({ deviceScaleFactor: 2, viewport: { width: 1100, height: 700 } });
test.afterAll(() => cluster.stop());

test('machines on a cluster', async ({ page }) => {
  await writeMachines(page, await cluster.start());
  const panel = new Panel(page);
  await panel.open();
  await page.sidebar.setWidth(330, 'left');
  await dress(page);
  const row = (description: string) =>
    panel.rows.filter({ hasText: description });
  await runPython(
    page,
    `${JOBS}
aibro.Job.wait(train("digits, first try", machine_ids=["trial.od"]))
train("digits, 500 epochs", epochs=500, machine_ids=["trial", "trial.od"])`
  );
  await expect(row('digits, 500 epochs')).toContainText('TRAINING', TRAINED);
  const machines = panel.root.locator('.jp-Aibro-machines');
  await machines.getByRole('button', { name: /^Ask again/ }).click();
  await expect(machines).toContainText('1 in use', TRAINED);
  await expect(machines).not.toContainText('asking', TRAINED);
  await page.mouse.move(700, 300);
  await picture(panel.root, 'machines');
});
