import { Notification } from '@jupyterlab/apputils';
import { ContentsManager } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { makeJob } from '../../jest/jobs';
import { RouteServer } from '../../jest/routeServer';
import { SpecJobs } from '../../jest/specJobs';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import { CommandIDs } from '../tokens';
import { importFiles, importPaths } from './import';
import { saveReport } from './save';
import type { IReportServices } from './services';

const UPLOAD = 'POST aibro/api/reports';
const IMPORT = 'POST aibro/api/reports/import';
const SAVE = 'POST aibro/api/jobs/a/report';

let server: RouteServer;
let services: IReportServices;
let contents: ContentsManager;
/** The command, with its arguments, that took the user to the result. */
let executed: unknown[];

const shown = (): Notification.INotification[] =>
  Notification.manager.notifications;
const press = (label: string): void =>
  shown()[0]
    .options.actions?.find(action => action.label === label)
    ?.callback(new MouseEvent('click'));
const report = (name: string, text = 'PK\u0003\u0004…'): File =>
  new File([text], name);

/** The server accepts reports; each becomes a job whose id is the report's text. */
function acceptUploads(): void {
  server.on(UPLOAD, ({ body }) => ({
    status: 201,
    body: makeJob(String(body).slice(4), { description: '', foreign: true })
  }));
}

beforeEach(async () => {
  server = await RouteServer.start();
  contents = new ContentsManager({ serverSettings: server.settings });
  executed = [];
  const commands = new CommandRegistry();
  for (const id of [
    CommandIDs.showPanel,
    CommandIDs.replay,
    'filebrowser:go-to-path'
  ]) {
    commands.addCommand(id, { execute: args => executed.push([id, args]) });
  }
  services = {
    jobs: new SpecJobs(new AibroClient(server.settings)),
    commands,
    contents,
    defaultDrive: null,
    fileBrowser: null,
    translator: nullTranslator
  };
});

afterEach(async () => {
  Notification.dismiss();
  contents.dispose();
  await server.stop();
});

describe('importing reports', () => {
  it('of the desktop sends each as it is, tells of it, and leads to the last job', async () => {
    acceptUploads();
    await importFiles(
      [
        report('one.zip', 'PK\u0003\u0004first'),
        report('two.zip', 'PK\u0003\u0004second')
      ],
      services
    );
    expect(server.of(UPLOAD).map(({ contentType }) => contentType)).toEqual([
      'application/zip',
      'application/zip'
    ]);
    expect(shown().map(({ message, type }) => [type, message])).toEqual([
      ['success', 'Imported “second” from “two.zip”.'],
      ['success', 'Imported “first” from “one.zip”.']
    ]);
    expect(executed).toEqual([[CommandIDs.showPanel, { jobId: 'second' }]]);
  });

  it('offers the replay', async () => {
    acceptUploads();
    await importFiles([report('one.zip', 'PK\u0003\u0004first')], services);
    press('Replay…');
    expect(executed.at(-1)).toEqual([CommandIDs.replay, { jobId: 'first' }]);
  });

  it('shows what is under way, which can be called off', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => (release = resolve));
    server.on(UPLOAD, async () => {
      await gate;
      return { status: 201, body: makeJob('first') };
    });
    const importing = importFiles([report('one.zip')], services);
    await until(() => shown().length > 0);
    expect(shown()[0]).toMatchObject({
      type: 'in-progress',
      message: 'Importing “one.zip”, 7 bytes…'
    });
    press('Cancel');
    await importing;
    expect(shown()).toEqual([]);
    expect(executed).toEqual([]);
    release();
  });

  it('refuses what is no report before it is sent, and goes on with the next', async () => {
    acceptUploads();
    const film = report('film.mp4', '\u0000\u0000\u0000\u0018ftyp');
    await importFiles(
      [film, report('empty.zip', ''), report('one.zip', 'PK\u0003\u0004first')],
      services
    );
    expect(server.of(UPLOAD)).toHaveLength(1);
    const refused = shown().filter(({ type }) => type === 'error');
    expect(refused.map(({ message }) => message)).toEqual([
      '“empty.zip” was not imported. It is not a report. Those that “Save Report” writes are zip files.',
      '“film.mp4” was not imported. It is not a report. Those that “Save Report” writes are zip files.'
    ]);
  });

  it('says what the server found wrong, all of it where that is long', async () => {
    const words = 'The report is damaged. '.repeat(8).trim();
    server.on(UPLOAD, () => ({
      status: 400,
      body: { message: words, code: 'BadReport', field: null }
    }));
    jest.spyOn(console, 'warn').mockImplementation();
    await importFiles([report('one.zip')], services);
    expect(shown()[0].type).toBe('error');
    press('Details');
    await until(() => document.querySelector('.jp-Dialog') !== null);
    expect(document.querySelector('.jp-Dialog')?.textContent).toContain(words);
    document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-reject')?.click();
    await until(() => document.querySelector('.jp-Dialog') === null);
    expect(executed).toEqual([]);
  });

  it('of the file browser lets the server read it', async () => {
    server.on(IMPORT, () => ({ status: 201, body: makeJob('a') }));
    await importPaths(['runs/report.zip'], services);
    expect(server.of(IMPORT)[0].body).toEqual({ path: 'runs/report.zip' });
    expect(executed).toEqual([[CommandIDs.showPanel, { jobId: 'a' }]]);
  });

  it('of the file browser refuses notebooks', async () => {
    await importPaths(['runs/one.ipynb'], services);
    expect(server.asked).toEqual([]);
    const [{ message, type }] = shown();
    expect(type).toBe('error');
    expect(message).toContain('“one.ipynb” was not imported.');
  });
});

describe('saving a report', () => {
  /** A file browser that shows a folder; implements only what reports use. */
  const browse = (path: string): string[] => {
    const seen: string[] = [];
    const fileBrowser = {
      model: { path, refresh: () => Promise.resolve(seen.push('refresh')) },
      selectItemByName: (name: string) => Promise.resolve(seen.push(name))
    } as unknown as IReportServices['fileBrowser'];
    services = { ...services, fileBrowser };
    return seen;
  };

  it('writes it where the file browser is, shows it there and says what it holds', async () => {
    const path = 'runs/aibro-report-a.zip';
    server.on(SAVE, () => ({ status: 201, body: { path, size_bytes: 4.2e6 } }));
    const seen = browse('runs');
    await saveReport('a', services);
    expect(server.of(SAVE)[0].body).toEqual({ directory: 'runs' });
    expect(seen).toEqual(['refresh', 'aibro-report-a.zip']);
    const [{ message, type }] = shown();
    expect(type).toBe('success');
    expect(message).toBe(
      'Report saved: runs/aibro-report-a.zip, 4.2 MB. It holds the model, data and log; send it only to people who may see them.'
    );
    press('Show file');
    expect(executed).toEqual([['filebrowser:go-to-path', { path }]]);
  });

  it('keeps the message whole where the folder is deep', async () => {
    const path = `${'a-long-folder/'.repeat(9)}aibro-report-7f3a2c91d0aa.zip`;
    server.on(SAVE, () => ({
      status: 201,
      body: { path, size_bytes: 9.99e11 }
    }));
    await saveReport('a', services);
    expect(shown()[0].message.length).toBeLessThanOrEqual(140);
    expect(shown()[0].message).toContain('aibro-report-7f3a2c91d0aa.zip');
  });

  it('says why it was not written', async () => {
    server.on(SAVE, () => ({
      status: 507,
      body: { message: 'No space is left.', code: 'DiskFull', field: null }
    }));
    const seen = browse('');
    await saveReport('a', services);
    expect(shown()[0]).toMatchObject({
      type: 'error',
      message: 'The report was not written. No space is left.'
    });
    expect(seen).toEqual([]);
  });
});
