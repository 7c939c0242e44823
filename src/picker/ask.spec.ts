import { Dialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { installBrowser } from '../../jest/browser';
import { makeJob } from '../../jest/jobs';
import { RouteServer } from '../../jest/routeServer';
import { SpecJobs } from '../../jest/specJobs';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import { askForJob } from './ask';

describe('the question for a job', () => {
  let server: RouteServer;
  let answer: Promise<string | null>;

  const entry = (): HTMLInputElement => {
    const found = document.querySelector<HTMLInputElement>('[role=combobox]');
    if (!found) {
      throw new Error('There is no entry.');
    }
    return found;
  };
  const options = (): string[] =>
    [...document.querySelectorAll('.jp-Aibro-JobPicker-name')].map(
      ({ textContent }) => textContent
    );
  const status = (): string =>
    document.querySelector('[role=status]')?.textContent ?? '';
  const press = (key: string): void => {
    entry().dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    );
  };
  const type = (text: string): void => {
    // Bypass the setter that React installed on the element, so that React notices the change.
    Reflect.set(Object.getPrototypeOf(entry()), 'value', text, entry());
    entry().dispatchEvent(new Event('input', { bubbles: true }));
  };

  beforeEach(async () => {
    installBrowser();
    // jsdom does not implement it.
    Element.prototype.scrollIntoView = () => undefined;
    server = await RouteServer.start();
    server.on('GET aibro/api/jobs', ({ query }) => {
      const search = query.get('search') ?? '';
      const jobs = ['third', 'second', 'first']
        .map(description => makeJob(`id-${description}`, { description }))
        .filter(({ description }) => description.includes(search));
      const total = search ? jobs.length : 100_000;
      return { body: { jobs, total, next_cursor: null, seq: 1, now: 3000 } };
    });
    answer = askForJob(new SpecJobs(new AibroClient(server.settings)), {
      title: 'Compare timelines',
      label: 'Compare with',
      except: 'id-second',
      trans: nullTranslator.load('jupyterlab_aibro'),
      locale: 'en'
    });
    await until(() => options().length > 0);
  });

  afterEach(async () => {
    answer.catch(() => 'closed without an answer');
    Dialog.flush();
    await server.stop();
  });

  it('lists the newest jobs at once, without the one that is no answer, and says how many there are', () => {
    expect(options()).toEqual(['third', 'first']);
    expect(status()).toContain('of 100,000 jobs');
    expect(document.activeElement).toBe(entry());
  });

  it('has no answer when it is canceled', async () => {
    document.querySelector<HTMLElement>('.jp-mod-reject')?.click();
    expect(await answer).toBeNull();
  });

  it('is answered with the first job that fits what is typed', async () => {
    type('first');
    await until(() => options().join() === 'first' && status() === '1 job');
    press('Enter');
    expect(await answer).toBe('id-first');
  });

  it('is answered with the arrow keys', async () => {
    const isAt = (place: string): boolean =>
      entry().getAttribute('aria-activedescendant')?.endsWith(place) === true;
    await until(() => isAt('-0'));
    press('ArrowDown');
    await until(() => isAt('-1'));
    press('Enter');
    expect(await answer).toBe('id-first');
  });

  it('closes its list on Escape, then itself, without an answer', async () => {
    press('Escape');
    await until(() => options().length === 0);
    press('Enter');
    expect(document.contains(entry())).toBe(true);
    press('Escape');
    expect(await answer).toBeNull();
  });
});
