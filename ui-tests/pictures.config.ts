/*
 * Takes the pictures of the documentation: `npm run pictures`. The same real JupyterLab and the same
 * browser as the UI tests have, but nothing here is a test.
 */
import { defineConfig } from '@playwright/test';

import tests from './playwright.config';

export default defineConfig({
  ...tests,
  testDir: 'pictures',
  use: { ...tests.use, screenshot: 'off', trace: 'off' }
});
