import { ContentsManager, Drive } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { RouteServer } from '../../jest/routeServer';
import { Folders } from './folders';

const trans = nullTranslator.load('jupyterlab_aibro');

describe('the folders to save into', () => {
  let server: RouteServer;
  let contents: ContentsManager;
  let folders: Folders;

  /** Create a file or folder on the server. */
  const put = (path: string, type: string, writable = true): void =>
    server.on(`GET api/contents/${path}`, () => ({
      body: {
        name: path,
        path,
        type,
        writable,
        created: '2026-01-01',
        last_modified: '2026-01-01',
        mimetype: null,
        content: null,
        format: null
      }
    }));

  beforeEach(async () => {
    server = await RouteServer.start();
    contents = new ContentsManager({ serverSettings: server.settings });
    contents.addDrive(
      new Drive({ name: 's3', serverSettings: server.settings })
    );
    folders = new Folders(contents, 'RTC');
  });

  afterEach(async () => {
    contents.dispose();
    await server.stop();
  });

  it.each([
    ['', ''],
    ['/', ''],
    ['examples/', 'examples'],
    ['/a/b/', 'a/b'],
    ['a//b/./c', 'a/b/c'],
    ['a/../b', 'b'],
    ['RTC:a', 'a'],
    ['RTC:', ''],
    ['C:odd name', 'C:odd name']
  ])('%j is read as %j', (text, path) => {
    expect(folders.read(text, trans)).toEqual({ ok: true, value: path });
  });

  it.each(['..', 'a/../..', 'RTC:../x'])('%j leads out of the root', text => {
    expect(folders.read(text, trans)).toEqual({
      ok: false,
      message: 'This leads out of the server’s root folder.'
    });
  });

  it('another drive is refused by name', () => {
    expect(folders.read('s3:bucket/x', trans)).toEqual({
      ok: false,
      message:
        'The drive “s3” is not on the server, which can save only below its own root folder.'
    });
  });

  it.each([
    ['beside the notebook', 'examples/nb.ipynb', 'other', 'examples'],
    ['at the root beside a notebook there', 'nb.ipynb', 'other', ''],
    ['beside a collaborative notebook', 'RTC:a/b/nb.ipynb', null, 'a/b'],
    ['where the file browser is, without a notebook', null, 'other', 'other'],
    [
      'where the file browser is, for a notebook elsewhere',
      's3:x/nb.ipynb',
      'other',
      'other'
    ],
    ['at the root when both are elsewhere', 's3:nb.ipynb', 's3:x', ''],
    ['at the root without either', null, null, '']
  ])('saving starts %s', (_, notebook, browsed, folder) => {
    expect(folders.start(notebook, browsed)).toBe(folder);
  });

  it('a folder of the server is good', async () => {
    put('examples', 'directory');
    expect(await folders.check('/examples/', trans)).toEqual({
      ok: true,
      value: 'examples'
    });
    expect(server.asked[0].query.get('content')).toBe('0');
  });

  it.each([
    ['nowhere', 'There is no folder “nowhere”.'],
    ['afile.txt', '“afile.txt” is a file.'],
    ['locked', 'Nothing can be saved in “locked”']
  ])('%s is not good, and says why', async (path, message) => {
    put('afile.txt', 'file');
    put('locked', 'directory', false);
    const checked = await folders.check(path, trans);
    expect(checked.ok).toBe(false);
    expect(checked.ok ? '' : checked.message).toContain(message);
  });

  it('a server that fails is not taken for a missing folder', async () => {
    server.on('GET api/contents/x', () => ({
      status: 500,
      body: { message: 'disk trouble' }
    }));
    expect(await folders.check('x', trans)).toEqual({
      ok: false,
      message: 'The folder cannot be looked at: disk trouble'
    });
  });

  it('the first folder that is there is the one to show', async () => {
    put('a', 'file');
    put('b', 'directory');
    expect(await folders.firstThatExists(['none', 'a', 'b'])).toBe('b');
    expect(await folders.firstThatExists(['none'])).toBe('');
  });
});
