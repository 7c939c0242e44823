import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { Backend } from '../../jest/backend';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import { JobsModel } from '../live/model';
import { Settings } from '../settings/settings';
import { LogView } from './LogView';

const trans = nullTranslator.load('jupyterlab_aibro');

describe('what the log viewer shows', () => {
  let backend: Backend;
  let jobs: JobsModel;
  let settings: Settings;
  let node: HTMLElement;
  let root: Root;

  const open = async (text: string, ended = true): Promise<void> => {
    backend.log = text;
    backend.put('a', { ended_at: ended ? 1 : null });
    await jobs.start();
    await until(() => backend.openSockets === 1);
    root.render(
      <LogView
        jobs={jobs}
        jobId="a"
        settings={settings}
        visible
        trans={trans}
        locale="en"
      />
    );
    await until(() => node.querySelector('[role="log"]') !== null);
  };

  beforeEach(() => {
    backend = new Backend();
    jobs = new JobsModel(new AibroClient(backend.settings));
    settings = new Settings();
    node = document.body.appendChild(document.createElement('div'));
    root = createRoot(node);
  });

  afterEach(() => {
    root.unmount();
    node.remove();
    jobs.dispose();
  });

  const state = (): string =>
    node.querySelector('.jp-Aibro-log-state')?.textContent ?? '';
  const lines = (): string[] =>
    Array.from(node.querySelectorAll('[data-line]'), line => line.textContent);
  const element = (label: string): HTMLElement => {
    const found = node.querySelector<HTMLElement>(`[aria-label="${label}"]`);
    if (!found) {
      throw new Error(`There is no ${label}`);
    }
    return found;
  };
  const press = (key: string, init: KeyboardEventInit = {}): boolean =>
    (document.activeElement ?? node).dispatchEvent(
      new KeyboardEvent('keydown', {
        key,
        bubbles: true,
        cancelable: true,
        ...init
      })
    );
  const type = (text: string): void => {
    const input = element('Find in the log');
    // React looks at the element's own setter.
    Object.getOwnPropertyDescriptor(
      HTMLInputElement.prototype,
      'value'
    )?.set?.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const find = async (text: string, count: string): Promise<void> => {
    node.querySelector<HTMLElement>('[role="log"]')?.focus();
    press('f', { ctrlKey: true });
    await until(() => document.activeElement?.tagName === 'INPUT');
    type(text);
    await until(
      () => node.querySelector('.jp-Aibro-log-count')?.textContent === count
    );
  };

  it('is the text of an ended job, and that it is complete', async () => {
    await open('one\n\x1b[32mtwo\x1b[0m\n');
    await until(() => lines().join() === 'one,two');
    expect(state()).toBe('2 lines, 17 bytes, complete');
    expect(node.querySelector('.ansi-green-fg')?.textContent).toBe('two');
    expect(element('Download').getAttribute('href')).toMatch(
      /jobs\/a\/log\/file$/
    );
  });

  it('grows with a running job', async () => {
    await open('one\n', false);
    await until(() => lines().join() === 'one');
    expect(state()).toContain('1 line,');
    backend.log += 'two\n';
    backend.put('a', { epoch: 3 });
    backend.hint();
    await until(() => lines().join() === 'one,two');
  });

  it('says that nothing was written, or nothing yet', async () => {
    await open('');
    await until(() => state() === 'The job wrote nothing to its log.');
    backend.put('a', { ended_at: null });
    root.render(
      <LogView
        key="b"
        jobs={jobs}
        jobId="a"
        settings={settings}
        visible
        trans={trans}
        locale="en"
      />
    );
    await until(() => state() === 'Nothing in the log yet.');
  });

  it('keeps in the settings whether long lines are wrapped', async () => {
    await open('one\n');
    const wrap = node.querySelector<HTMLElement>(
      '[aria-label="Wrap long lines"]'
    );
    const isPressed = (): string | null | undefined =>
      wrap?.getAttribute('aria-pressed');
    expect(isPressed()).toBe('true');
    wrap?.click();
    await until(() => isPressed() === 'false');
    expect(settings.current.wrapLog).toBe(false);
  });

  it('says that the server is away, keeps what was read, and tries again', async () => {
    await open('one\n', false);
    await until(() => lines().join() === 'one');
    backend.override = () => {
      throw new TypeError('Failed to fetch');
    };
    await until(() => node.textContent.includes('cannot be reached'));
    expect(lines()).toEqual(['one']);
    backend.override = () => null;
    backend.log += 'two\n';
    node.querySelector<HTMLElement>('[role="status"] button')?.click();
    await until(() => lines().join() === 'one,two');
    expect(node.textContent).not.toContain('cannot be reached');
  });

  it('finds text with the keyboard alone', async () => {
    await open('a hit\nnothing\nhit hit\n');
    await until(() => lines().length === 3);
    await find('hit', '1 of 3');
    expect(
      Array.from(node.querySelectorAll('mark'), mark => mark.textContent)
    ).toEqual(['hit', 'hit', 'hit']);
    const current = (): number =>
      Array.from(node.querySelectorAll('mark')).findIndex(mark =>
        mark.classList.contains('jp-mod-current')
      );
    expect(current()).toBe(0);
    press('Enter');
    press('F3');
    await until(() => current() === 2);
    press('g', { ctrlKey: true, shiftKey: true });
    await until(() => current() === 1);
    press('Escape');
    await until(() => node.querySelector('mark') === null);
    expect(document.activeElement?.getAttribute('role')).toBe('log');
  });

  it('says that there is no hit', async () => {
    await open('nothing\n');
    await find('hit', 'No hits');
    expect(element('Next hit').hasAttribute('disabled')).toBe(true);
  });

  it('leaves the browser its keys', async () => {
    await open('one\n');
    node.querySelector<HTMLElement>('[role="log"]')?.focus();
    expect(press('c', { ctrlKey: true })).toBe(true);
    expect(press('ArrowRight')).toBe(true);
    expect(press('ArrowDown')).toBe(false);
  });

  it('copies lines as lines', async () => {
    await open('one\n\x1b[1mtwo\x1b[0m\n\nfour\n');
    await until(() => lines().length === 4);
    node.querySelector<HTMLElement>('[role="log"]')?.focus();
    press('a', { ctrlKey: true });
    await until(() => document.getSelection()?.isCollapsed === false);
    const event = new Event('copy', { bubbles: true, cancelable: true });
    const copied: string[] = [];
    Object.assign(event, {
      clipboardData: {
        setData: (_: string, text: string) => void copied.push(text)
      }
    });
    node.querySelector('pre')?.dispatchEvent(event);
    expect(copied).toEqual(['one\ntwo\n\nfour']);
  });

  it('is not read to anybody unasked', async () => {
    await open('one\n');
    const log = node.querySelector('[role="log"]');
    expect(log?.getAttribute('aria-live')).toBe('off');
    expect(log?.getAttribute('aria-label')).toBe('Log');
  });
});
