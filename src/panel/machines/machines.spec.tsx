import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { Backend } from '../../../jest/backend';
import { makeMachine } from '../../../jest/jobs';
import {
  disposePanelContext,
  makePanelContext
} from '../../../jest/panelContext';
import type { ISpecContext } from '../../../jest/panelContext';
import { until } from '../../../jest/until';
import type { JobsModel } from '../../live/model';
import { MachinesSection } from './MachinesSection';

const SPOT = makeMachine('gpu.l4', {
  gpus: 1,
  price_per_hour: 0.22,
  capacity: 4,
  instances: 1,
  free: 3,
  labels: { zone: 'a' },
  requests: 10,
  availability: 0.9,
  usual_wait_s: 40
});

describe('the machines in the panel', () => {
  let backend: Backend;
  let model: JobsModel;
  let context: ISpecContext;
  let node: HTMLElement;
  let root: Root;

  beforeEach(async () => {
    backend = new Backend();
    context = makePanelContext(backend);
    model = context.jobs;
    node = document.createElement('div');
    document.body.append(node);
    root = createRoot(node);
    await model.start();
    await until(() => backend.count('instances') > 0);
  });

  afterEach(() => {
    root.unmount();
    node.remove();
    disposePanelContext(context);
  });

  const show = (visible = true): void =>
    flushSync(() =>
      root.render(<MachinesSection context={context} visible={visible} />)
    );

  const head = (): HTMLButtonElement =>
    node.querySelector<HTMLButtonElement>('h3 button') ??
    document.createElement('button');

  const isOpen = (): boolean => head().getAttribute('aria-expanded') === 'true';

  const row = (id: string): string =>
    [...node.querySelectorAll('.jp-Aibro-machineRow')].find(it =>
      it.textContent.includes(id)
    )?.textContent ?? '';

  /** Machines as they are asked for, at once and with patience. */
  const asked = (): string[] =>
    backend.requests.filter(request => request.startsWith('machines'));

  const settled = (): Promise<void> =>
    until(
      () =>
        node.querySelector('.jp-Aibro-machineList')?.ariaBusy !== 'true' &&
        head().textContent !== 'Machines'
    );

  it('are folded while there is only this one, which nobody has to be asked for', async () => {
    show();
    await until(() => head().textContent === 'Machines1');
    expect(isOpen()).toBe(false);
    head().click();
    await until(() => row('local.od') !== '');
    await settled();
    expect(row('local.od')).toContain('5 free');
    expect(row('local.od')).toContain('On demand');
    expect(asked().every(request => !request.includes('wait'))).toBe(true);
  });

  it('are open when there are more: at once with what is known, then with what clusters say', async () => {
    let answer: () => void = () => undefined;
    backend.machines = [
      makeMachine('local.od'),
      { ...SPOT, free: null, instances: 0 }
    ];
    show();
    await until(() => isOpen() && row('gpu.l4') !== '');
    await settled();
    backend.gate = new Promise(resolve => {
      answer = resolve;
    });
    backend.machines = [makeMachine('local.od'), SPOT];
    node.querySelector<HTMLButtonElement>('[aria-label^="Ask again"]')?.click();
    await until(() => row('gpu.l4').includes('asking…'));
    answer();
    await until(() => row('gpu.l4').includes('3 free'));
    await settled();
    const [atOnce, patient] = asked().slice(-2);
    expect(atOnce).not.toContain('wait');
    expect(patient).toContain('wait=15');
  });

  it('say what they have, cost, and how it went with the user', async () => {
    backend.machines = [makeMachine('local.od'), SPOT];
    show();
    await until(() => row('gpu.l4') !== '');
    const text = row('gpu.l4');
    for (const words of [
      'Spot',
      '8 CPUs',
      '1 GPU',
      '32 GiB',
      '0.22 per hour',
      '3 free',
      '1 of 4 in use',
      'zone=a',
      'Granted in time 9 of 10 times, usually after 40 s'
    ]) {
      expect(text).toContain(words);
    }
  });

  it('say in words why one cannot be had', async () => {
    const problem = 'The Ray cluster at 127.0.0.1:9 does not answer.';
    backend.machines = [
      makeMachine('local.od'),
      { ...SPOT, problem, free: 0 },
      makeMachine('big.od', { problem, free: null })
    ];
    show();
    await until(() => row('gpu.l4') !== '');
    expect(row('gpu.l4')).toContain('not available');
    expect(row('gpu.l4')).toContain(problem);
    expect(row('big.od')).toContain('For the same reason as gpu.l4.');
    expect(row('big.od')).not.toContain(problem);
  });

  it('tell of a broken machines.toml, and are asked for again when it is mended', async () => {
    backend.machinesProblem = 'machines.toml, line 3: this is not TOML.';
    show();
    await until(() => node.querySelector('[role=alert]') !== null);
    expect(node.textContent).toContain('line 3: this is not TOML.');
    backend.machinesProblem = null;
    backend.machines = [makeMachine('local.od'), SPOT];
    node.querySelector<HTMLButtonElement>('[role=alert] button')?.click();
    await until(() => row('gpu.l4') !== '');
    expect(node.querySelector('[role=alert]')).toBeNull();
  });

  it('are asked for when instances change and somebody looks, and not otherwise', async () => {
    backend.machines = [makeMachine('local.od'), SPOT];
    show();
    await until(() => row('gpu.l4') !== '');
    await settled();
    const before = asked().length;
    backend.machines = [makeMachine('local.od'), { ...SPOT, free: 2 }];
    backend.putInstance('i');
    backend.hint();
    await until(() => row('gpu.l4').includes('2 free'));
    await settled();
    expect(asked()).toHaveLength(before + 2);

    show(false);
    backend.putInstance('i', { status: 'CLOSED', substatus: 'STOPPED' });
    backend.hint();
    await until(() => context.instances.rows.length === 0);
    expect(asked()).toHaveLength(before + 2);
    backend.machines = [makeMachine('local.od'), SPOT];
    show();
    await until(() => row('gpu.l4').includes('3 free'));
  });

  it('say that they could not be read, and ask again when told to', async () => {
    backend.override = (_, path) =>
      path === 'machines'
        ? { status: 500, body: '{"message": "The store is busy."}' }
        : null;
    show();
    head().click();
    await until(() => node.textContent.includes('The store is busy.'));
    backend.override = () => null;
    node.querySelector<HTMLButtonElement>('[role=alert] button')?.click();
    await until(() => row('local.od') !== '');
    expect(node.querySelector('[role=alert]')).toBeNull();
  });

  it('stay as the user folded them', async () => {
    backend.machines = [makeMachine('local.od'), SPOT];
    show();
    await until(isOpen);
    head().click();
    await until(() => !isOpen());
    show(false);
    show();
    expect(isOpen()).toBe(false);
  });
});
