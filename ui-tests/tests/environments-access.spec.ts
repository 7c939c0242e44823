/* AIbro behind a login and a base URL, with the security checks that Galata's server turns off. */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@playwright/test';

import { begin, execute } from '../fixtures/commands';
import { submit } from '../fixtures/jobs';
import { JobPage } from '../fixtures/jobPage';
import { Panel } from '../fixtures/panel';
import { plainPage, whenRestored } from '../fixtures/plainPage';
import { ReplayDialog } from '../fixtures/replayDialog';
import { startServer } from '../fixtures/server';
import type { IServer } from '../fixtures/server';

const BASE = '/user/ada';
const CHECKED = [
  `--ServerApp.base_url=${BASE}/`,
  '--ServerApp.disable_check_xsrf=False'
];
/** The hashed password `lovelace`. */
const PASSWORD =
  '--PasswordIdentityProvider.hashed_password=sha1:550b2f2d0de7:94ede42f057bf8a6cd18e1dad5076334c2bdd8c7';
const TRAINED = 300_000;

test.describe.configure({ mode: 'serial' });

test.describe('behind a password, under a base URL', () => {
  let server: IServer;
  let page: IJupyterLabPageFixture;
  let panel: Panel;
  let lab: string;
  let jobId: string;

  /** Fill in the login form that the page shows, with a password or token. */
  async function signIn(form: IJupyterLabPageFixture, secret: string) {
    await form.locator('#password_input').fill(secret);
    await form.locator('#login_submit').click();
    await form.waitForURL(`**${BASE}/lab**`);
  }

  test.beforeAll(async ({ browser }) => {
    server = await startServer({ args: [...CHECKED, PASSWORD], path: BASE });
    lab = `${server.url}${BASE}/lab`;
    const context = await browser.newContext({
      baseURL: `${server.url}${BASE}/`
    });
    page = plainPage(await context.newPage());
    panel = new Panel(page);
    // JupyterLab's own message, which says the same about the server as a whole.
    const lost = page.getByRole('dialog', { name: /^Server Connection Error/ });
    await page.addLocatorHandler(lost, () =>
      lost.getByRole('button', { name: 'Close' }).click()
    );
  });

  test.afterAll(async () => {
    await page.context().close();
    await server.stop();
  });

  test('nothing is told to who is not signed in', async () => {
    const answer = await page.request.get(
      `${server.url}${BASE}/aibro/api/jobs`
    );
    expect(answer.status()).toBe(403);
    await page.goto(lab);
    await expect(page).toHaveURL(/\/user\/ada\/login\?next=/);
  });

  test('a job is followed, canceled and its log is fetched', async () => {
    await signIn(page, 'lovelace');
    await whenRestored(page);
    await panel.open();
    jobId = await submit(page, 'behind a login', {
      epochs: 2,
      coolDown: 60,
      record: true
    });
    await expect(panel.row(jobId)).toContainText('COMPLETED', {
      timeout: TRAINED
    });

    // A POST request, which needs an XSRF token; the row then changes through the WebSocket.
    const endless = await submit(page, 'never ends', {
      epochs: 10_000,
      pause: 0.05
    });
    await expect(panel.row(endless)).toContainText(/\d+\/10000/, {
      timeout: TRAINED
    });
    await panel.row(endless).hover();
    await panel
      .row(endless)
      .getByRole('button', { name: 'Cancel Job' })
      .click();
    await expect(panel.row(endless)).toContainText('CANCELED');

    // A DELETE request.
    await panel.choose(endless, 'Delete Job…');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Delete' })
      .click();
    await expect(panel.row(endless)).toHaveCount(0);

    const jobPage = new JobPage(page);
    await panel.row(jobId).dblclick();
    await expect(jobPage.name).toHaveText('behind a login');
    const log = await jobPage.select('Log');
    const download = page.waitForEvent('download');
    await log.getByRole('link', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toContain(jobId);

    // An upload. The error comes from AIbro itself: the file is not a report.
    const chooser = page.waitForEvent('filechooser');
    const imported = execute(page, 'aibro:import-report');
    await (
      await chooser
    ).setFiles({
      name: 'junk.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from('PK\u0003\u0004junk')
    });
    await imported;
    const toast = page.locator('.Toastify__toast', { hasText: 'junk.zip' });
    await expect(toast).toContainText('was not imported');
    await expect(toast).not.toContainText(/xsrf|forbidden|signed/i);
  });

  test('a job is replayed, and TensorBoard shows what it logged', async () => {
    const dialog = new ReplayDialog(page);
    await begin(page, 'aibro:replay', { jobId });
    await dialog.description.fill('again, behind a login');
    await dialog.replay.click();
    const result = page.locator('.jp-Aibro-ReplayPage');
    await expect(result.getByRole('group', { name: 'Verdict' })).toContainText(
      'IDENTICAL',
      { timeout: TRAINED }
    );
    await result.getByRole('button', { name: 'Open TensorBoard' }).click();
    const frame = page.locator('.jp-IFrame iframe');
    await expect(frame).toHaveAttribute(
      'src',
      new RegExp(`${BASE}/proxy/\\d+/$`),
      { timeout: TRAINED }
    );
    await expect(frame.contentFrame().locator('tb-webapp')).toContainText(
      'epoch_loss',
      { timeout: TRAINED }
    );
  });

  test('a link leads to the job, through the login too', async ({
    browser
  }) => {
    const context = await browser.newContext();
    const other = plainPage(await context.newPage());
    await other.goto(`${lab}?aibro-job=${jobId}`);
    await signIn(other, 'lovelace');
    await expect(new JobPage(other).name).toHaveText('behind a login');
    await context.close();
  });

  /**
   * When the session has ended, the panel says so and links to a login form that accepts the
   * secret.
   */
  async function signInAgain(secret: string) {
    await page.context().clearCookies();
    await panel.wake();
    const alert = panel.root.getByRole('alert');
    await expect(alert).toContainText('You are signed out');
    const opened = page.waitForEvent('popup');
    await alert.getByRole('link', { name: 'Sign in' }).click();
    const form = plainPage(await opened);
    await signIn(form, secret);
    await form.close();
    await expect(alert).toHaveCount(0);
    await expect(panel.row(jobId)).toBeVisible();
  }

  test('a session that has ended is told in words and goes on after signing in', async () => {
    await signInAgain('lovelace');
  });

  test('a token that has changed is told in words, and nothing is lost until the new one is given', async () => {
    const withToken = (token: string): string[] => [
      ...CHECKED,
      `--IdentityProvider.token=${token}`
    ];
    await server.restart(withToken('sesame'));
    await page.context().clearCookies();
    await page.goto(`${lab}?token=sesame`);
    await whenRestored(page);
    await panel.open();
    await expect(panel.row(jobId)).toBeVisible();
    await execute(page, 'fileeditor:create-new');
    const text = page.locator('.jp-FileEditor .cm-content');
    await text.fill('not saved yet');

    await server.restart(withToken('changed'));
    await signInAgain('changed');
    await expect(text).toHaveText('not saved yet');
    const dirty = page.locator('.lm-TabBar-tab.jp-mod-dirty');
    await expect(dirty).toHaveCount(1);
    await begin(page, 'docmanager:save');
    await page.getByRole('button', { name: 'Rename and Save' }).click();
    await expect(dirty).toHaveCount(0);
  });
});
