import { PageConfig } from '@jupyterlab/coreutils';
import { linkTo, readLink } from './link';

describe('a link to a job', () => {
  it('leads to it, and is gone from the address then', () => {
    expect(readLink('?aibro-job=7f3a')).toEqual({ jobId: '7f3a', rest: '' });
    expect(readLink('?y=2&aibro-job=7f3a&x=1')).toEqual({
      jobId: '7f3a',
      rest: '?y=2&x=1'
    });
  });

  it('waits until JupyterLab has reset its workspace', () => {
    expect(readLink('?reset&aibro-job=7f3a')).toBeNull();
    expect(readLink('?aibro-job=7f3a&clone=b')).toBeNull();
  });

  it('is none when it names no job', () => {
    expect(readLink('')).toBeNull();
    expect(readLink('?aibro-job=')).toBeNull();
    expect(readLink('?job=7f3a')).toBeNull();
  });

  it('can be read again, whatever the server’s base URL', () => {
    PageConfig.setOption('baseUrl', 'http://hub.test/user/me/');
    const url = new URL(linkTo('7f3a'));
    expect(url.href).toBe('http://hub.test/user/me/lab?aibro-job=7f3a');
    expect(readLink(url.search)?.jobId).toBe('7f3a');
  });
});
