import { expect, test } from '../fixtures/test';

import { Panel } from '../fixtures/panel';

/** Commands that only a URL triggers. */
const INTERNAL = ['aibro:follow-link'];

test('every command is in the palette and says what it takes', async ({
  page
}) => {
  const commands = await page.evaluate(async internal => {
    const registry = window.jupyterapp.commands;
    const ids = registry
      .listCommands()
      .filter(id => id.startsWith('aibro:') && !internal.includes(id));
    return Promise.all(
      ids.map(async id => {
        const { args } = await registry.describedBy(id);
        const { properties = {}, type } = (args ?? {}) as {
          properties?: Record<string, { description?: string }>;
          type?: string;
        };
        return {
          id,
          type,
          caption: registry.caption(id),
          described: Object.values(properties).map(
            ({ description = '' }) => description
          )
        };
      })
    );
  }, INTERNAL);
  expect(commands.length).toBeGreaterThan(12);
  await page.keyboard.press('Control+Shift+C');
  const palette = page.locator('#modal-command-palette');
  await page.keyboard.type('AIbro');
  for (const { caption, described, id, type } of commands) {
    expect(caption, id).not.toBe('');
    expect(type, id).toBe('object');
    expect(described, id).not.toContain('');
    await expect(
      palette.locator(`[data-command="${id}"]`).first(),
      id
    ).toBeAttached();
  }
});

test('the menus and a shortcut lead to the jobs', async ({ page }) => {
  const panel = new Panel(page);
  await page.keyboard.press('Control+Shift+A');
  await expect(panel.search).toBeVisible();
  await page.menu.openLocator('Run>AIbro');
  const items = page.locator('.lm-Menu').last().getByRole('menuitem');
  await expect(items.filter({ hasText: 'Replay Job…' })).toBeVisible();
  await expect(items.filter({ hasText: 'Import Report…' })).toBeVisible();
});
