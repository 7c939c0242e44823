import { Dialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { makeJob } from '../../../jest/jobs';
import { makeRecording } from '../../../jest/recordings';
import { RouteServer } from '../../../jest/routeServer';
import { until } from '../../../jest/until';
import { AibroClient } from '../../api';
import { confirmDeletion } from './recording';

const trans = nullTranslator.load('jupyterlab_aibro');

describe('before a recording is deleted', () => {
  let server: RouteServer;

  const ask = async (button: 'accept' | 'reject'): Promise<boolean> => {
    const client = new AibroClient(server.settings);
    const answer = confirmDeletion(client, 'a', trans, 'en');
    const find = (): HTMLElement | null =>
      document.querySelector(`.jp-Dialog-button.jp-mod-${button}`);
    await until(() => find() !== null);
    words = document.querySelector('.jp-Dialog-body')?.textContent ?? '';
    find()?.click();
    return answer;
  };
  let words = '';

  beforeEach(async () => {
    server = await RouteServer.start();
    server.on('GET aibro/api/jobs/a', () => ({
      body: makeJob('a', { description: 'digits' })
    }));
    server.on('GET aibro/api/jobs/a/recording', () => ({
      body: makeRecording()
    }));
  });

  afterEach(async () => {
    Dialog.flush();
    await server.stop();
  });

  it('says what it frees and what stays', async () => {
    await expect(ask('accept')).resolves.toBe(true);
    expect(words).toContain('The recording of “digits”');
    expect(words).toContain('4.2 MB');
    expect(words).toContain('The job stays');
  });

  it('can be called off', async () => {
    await expect(ask('reject')).resolves.toBe(false);
  });

  it('is asked also when the recording cannot be read', async () => {
    server.on('GET aibro/api/jobs/a/recording', () => ({
      status: 409,
      body: { message: 'Gone.', code: 'JobNotRecorded', field: null }
    }));
    await expect(ask('accept')).resolves.toBe(true);
    expect(words).toContain('“digits”');
  });
});
