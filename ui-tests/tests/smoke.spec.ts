import { expect, test } from '../fixtures/test';

test('JupyterLab starts with AIbro and without errors', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  await page.reload();

  const found = await page.evaluate(() => ({
    command: window.jupyterapp.commands.hasCommand('aibro:show-panel'),
    plugins: window.jupyterapp
      .listPlugins()
      .filter(id => id.startsWith('jupyterlab-aibro:'))
      .filter(id => window.jupyterapp.isPluginActivated(id))
  }));
  expect(found.command).toBe(true);
  expect(found.plugins).not.toEqual([]);
  expect(errors).toEqual([]);
});

test('the server part of AIbro answers', async ({ page, baseURL }) => {
  const response = await page.request.get(`${baseURL}/aibro/api/info`);
  expect(response.status()).toBe(200);
});
