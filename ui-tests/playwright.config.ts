/*
 * The UI tests: real JupyterLab, real jobs. `npm test -- ui` chooses the browser; by hand:
 * `npx playwright test --config ui-tests/playwright.config.ts`.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  forbidOnly: true,
  reporter: 'list',
  retries: 0,
  // Ends of waits for a condition: far more than a busy machine with real jobs needs.
  timeout: 900_000,
  expect: { timeout: 60_000 },
  // Each has a server and a store of its own: see fixtures/server.ts.
  workers: 2,
  use: {
    actionTimeout: 60_000,
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
  }
});
