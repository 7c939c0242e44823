/* Machines other than this one, as the panel shows them. Uses its own server with a machines.toml. */
import { expect } from '@jupyterlab/galata';

import { THEMES, violations } from '../fixtures/axe';
import { NOWHERE, writeMachines } from '../fixtures/machines';
import { Panel } from '../fixtures/panel';
import { testWithServer } from '../fixtures/server';

const test = testWithServer();

test('machines say what they have and what is in the way, and a broken file where to mend it', async ({
  page
}) => {
  const panel = new Panel(page);
  await writeMachines(page, '');
  await panel.open();
  const head = panel.root.getByRole('button', { name: /^Machines/ });
  const machines = panel.root.locator('.jp-Aibro-machineRow');
  const again = panel.root.getByRole('button', { name: /^Ask again/ });
  const alert = panel.root.getByRole('alert');

  await test.step('there is only this one: folded, until somebody looks', async () => {
    await expect(head).toHaveText(/1$/);
    await expect(head).toHaveAttribute('aria-expanded', 'false');
    await head.press('Enter');
    await expect(machines).toHaveCount(1);
    await expect(machines).toContainText(/local\.od.*\d free.*On demand/);
  });

  await test.step('a cluster that does not answer: what is wrong, for each of its machines', async () => {
    await writeMachines(page, NOWHERE);
    await again.press('Enter');
    await expect(machines).toHaveCount(3);
    const spot = machines.nth(1);
    await expect(spot).toContainText('127.0.0.1:9');
    await expect(spot).toContainText('not available');
    for (const words of [
      'Spot',
      '8 CPUs',
      '1 GPU',
      '32 GiB',
      '0.22 per hour'
    ]) {
      await expect(spot).toContainText(words);
    }
    await expect(machines.nth(2)).toContainText('the same reason as gpu.l4');
    await expect(again).toBeFocused();
    await expect(
      panel.root.locator('.jp-Aibro-machineAge').getByRole('status')
    ).toContainText('As of');
  });

  for (const [theme, rules] of THEMES) {
    await page.theme.setTheme(theme);
    await test.step(`axe-core finds nothing: ${theme}`, async () => {
      const found = await violations(page, '#jp-aibro-jobs', rules);
      expect.soft(found, found.join('\n')).toEqual([]);
    });
  }
  await page.theme.setLightTheme();

  await test.step('the id is copied', async () => {
    await machines
      .nth(1)
      .getByRole('button', { name: 'Copy the id gpu.l4' })
      .press('Enter');
    await panel.search.focus();
    await page.keyboard.press('Control+V');
    await expect(panel.search).toHaveValue('gpu.l4');
    await panel.search.fill('');
  });

  await test.step('a broken file: the line, and what can be used meanwhile', async () => {
    await writeMachines(page, NOWHERE.replace('cpus = 8', 'cpus = "many"'));
    await again.click();
    await expect(alert).toContainText(/machines\.toml, line 6: cpus/);
    await expect(machines).toHaveCount(1);
    await writeMachines(page, NOWHERE);
    await alert.getByRole('button', { name: 'Retry' }).click();
    await expect(machines).toHaveCount(3);
    await expect(alert).toHaveCount(0);
  });
});
