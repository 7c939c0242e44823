import { Backend } from '../../jest/backend';
import { makeReplayRequest } from '../../jest/recordings';
import { RouteServer } from '../../jest/routeServer';
import { AibroClient } from './_client';
import { AibroRequestError } from './request';

describe('what a failed request tells', () => {
  let backend: Backend;
  let client: AibroClient;

  beforeEach(() => {
    backend = new Backend();
    client = new AibroClient(backend.settings);
  });

  const failureOf = async (promise: Promise<unknown>) => {
    const error: unknown = await promise.then(
      () => null,
      (reason: unknown) => reason
    );
    expect(error).toBeInstanceOf(AibroRequestError);
    return error as AibroRequestError;
  };

  it('carries the words, the code and the entry that AIbro names', async () => {
    backend.override = () => ({
      status: 400,
      body: JSON.stringify({
        message: 'No such folder: x. Choose one that exists.',
        code: 'BadFolder',
        field: 'directory_to_save_ckpt'
      })
    });
    const error = await failureOf(
      client.replay('a', makeReplayRequest({ directory_to_save_ckpt: 'x' }))
    );
    expect(error).toMatchObject({
      message: 'No such folder: x. Choose one that exists.',
      code: 'BadFolder',
      field: 'directory_to_save_ckpt',
      status: 400
    });
  });

  it('is readable when a proxy answers with a page of its own', async () => {
    backend.override = () => ({ status: 502, body: '<html>Bad gateway' });
    const error = await failureOf(client.info());
    expect(error).toMatchObject({
      message: 'The server answered 502',
      code: 'HTTPError',
      field: null,
      status: 502
    });
  });

  it('is an error too when a log-in page comes with status 200', async () => {
    backend.override = () => ({ status: 200, body: '<html>Log in' });
    const error = await failureOf(client.info());
    expect(error).toMatchObject({ code: 'HTTPError', status: 200 });
  });

  it('says that nothing answered', async () => {
    backend.override = () => {
      throw new TypeError('Failed to fetch');
    };
    const error = await failureOf(client.info());
    expect(error).toMatchObject({
      message: 'The Jupyter server cannot be reached.',
      code: 'NetworkError',
      status: 0
    });
  });

  it('stays an abort when the request was given up', async () => {
    const abort = new AbortController();
    const info = client.info(abort.signal);
    abort.abort();
    await expect(info).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('what the client asks for', () => {
  it('leaves out what was not said and encodes what was', async () => {
    const backend = new Backend();
    const client = new AibroClient(backend.settings);
    await client.jobs({ search: 'a&b c', offset: 100 });
    await client.job('../../info');
    expect(backend.requests[0]).toMatch(/^jobs\?search=a%26b\+c&offset=100/);
    expect(backend.requests[1]).toMatch(/^jobs\/..%2F..%2Finfo\?/);
  });

  it('sends a report as the bytes it is', async () => {
    const server = await RouteServer.start();
    server.on('POST aibro/api/reports', () => ({ status: 201, body: {} }));
    const client = new AibroClient(server.settings);
    await client.uploadReport(new Blob(['PK\u0003\u0004']));
    await server.stop();
    const [{ body, contentType }] = server.of('POST aibro/api/reports');
    expect(body).toBe('PK\u0003\u0004');
    expect(contentType).toBe('application/zip');
  });

  it('takes an empty answer to a deletion', async () => {
    const backend = new Backend();
    backend.override = method =>
      method === 'DELETE' ? { status: 204, body: '' } : null;
    const client = new AibroClient(backend.settings);
    await expect(client.deleteJob('a')).resolves.toBeUndefined();
  });
});
