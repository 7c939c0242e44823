/*
 * The UI tests: real JupyterLab, real jobs, one browser. `npm test -- ui` chooses the port and the
 * browser; by hand: `npx playwright test --config ui-tests/playwright.config.ts`.
 */
import path from 'node:path';

import { defineConfig } from '@playwright/test';

const port = (process.env.AIBRO_UI_PORT ??= '8899');
const baseURL = `http://127.0.0.1:${port}`;
const jupyter = path.join(__dirname, '..', '.venv', 'bin', 'jupyter');

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  forbidOnly: true,
  reporter: 'list',
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // One server and one store: the jobs of one spec would show in another's panel.
  workers: 1,
  use: {
    baseURL,
    actionTimeout: 15_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    },
    locale: 'en-US',
    screenshot: 'only-on-failure',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    video: 'off',
    viewport: { width: 1280, height: 800 }
  },
  webServer: {
    command: `"${jupyter}" lab --config jupyter_server_test_config.py`,
    cwd: __dirname,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    stderr: 'ignore',
    timeout: 60_000,
    url: `${baseURL}/lab`
  }
});
