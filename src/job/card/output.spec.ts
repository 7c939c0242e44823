import type { CodeCellModel } from '@jupyterlab/cells';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { AibroServer } from '../../../jest/aibroServer';
import { installBrowser } from '../../../jest/browser';
import { completedCard, trainingCard } from '../../../jest/cards';
import { cellWith, savedData, showAnew } from '../../../jest/cells';
import { queriesIn } from '../../../jest/queries';
import { SpecJobs } from '../../../jest/specJobs';
import { T0 } from '../../../jest/timelines';
import { until } from '../../../jest/until';
import { JOB_MIME } from '../../api';
import type { JobCard } from '../../api';
import type { OutputRenderer } from '../../output/renderer';
import { CommandIDs } from '../../tokens';
import { cardRenderer } from './output';
import type { ICardOutputServices } from './output';

installBrowser();

const ROUTE = 'jobs/7f3a2c91d0/card';

let server: AibroServer;
let jobs: SpecJobs;
let commands: CommandRegistry;
let renderer: OutputRenderer;

beforeEach(async () => {
  server = await AibroServer.start();
  jobs = new SpecJobs(server.client());
  commands = new CommandRegistry();
});

afterEach(async () => {
  renderer.dispose();
  await server.stop();
});

/** Create a cell whose output contains this data. */
function show(
  data: unknown,
  services: Partial<ICardOutputServices> = {}
): Promise<CodeCellModel> {
  renderer = cardRenderer({
    trans: nullTranslator.load('jupyterlab_aibro'),
    locale: 'en',
    commands,
    jobs,
    mayChange: () => true,
    ...services
  });
  return cellWith(JOB_MIME, data, renderer);
}

const { button, find, hasButton, imageLabel, text } = queriesIn(
  () => renderer.node
);

function serve(card: JobCard): void {
  server.answer = path => ({
    body: path.endsWith('/bundle')
      ? { card, html: '<table>the end</table>', text: 'the end' }
      : card
  });
}

describe('a card in an output', () => {
  it('shows a saved snapshot without any server, says so, and offers nothing to do', async () => {
    await show(trainingCard(), { jobs: null });
    await until(() => text().includes('digits, first try'));
    expect(text('.jp-Aibro-Card-status')).toBe('TRAINING');
    expect(text('.jp-Aibro-Card-progress')).toContain(
      'Epoch 3 of 10, batch 5 of 10'
    );
    expect(text('.jp-Aibro-Card-metrics')).toContain('0.213');
    expect(text('.jp-Aibro-Card-message')).toContain('as of');
    expect(find('button')).toBeNull();
  });

  it('is a region with the name of the job, a list of steps and a progress bar', async () => {
    await show(trainingCard(), { jobs: null });
    await until(() => text('.jp-Aibro-Card') !== '');
    expect(find('section')?.getAttribute('aria-label')).toBe(
      'Job digits, first try'
    );
    expect(text('[aria-current=step]')).toBe('TRAINING: now');
    const bar = find('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuenow')).toBe('25');
    expect(bar?.getAttribute('aria-valuetext')).toBe(
      'Epoch 3 of 10, batch 5 of 10'
    );
  });

  it('says which attempt it is when its machine was taken away', async () => {
    await show(trainingCard({ attempt: 2 }), { jobs: null });
    await until(() => text('.jp-Aibro-Card-facts').includes('attempt 2'));
  });

  it('has its sparkline named for those who do not see it', async () => {
    await show(trainingCard(), { jobs: null });
    await until(() => text('.jp-Aibro-Card') !== '');
    expect(imageLabel()).toBe('loss by epoch: 2.3 to 0.213');
  });

  it('shows the metrics for which there is room, as people count, and that there are more', async () => {
    // Everything below the first line is out of view.
    jest
      .spyOn(HTMLElement.prototype, 'scrollHeight', 'get')
      .mockReturnValue(36 * 9);
    jest
      .spyOn(HTMLElement.prototype, 'clientHeight', 'get')
      .mockReturnValue(36);
    const metrics = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`metric_${99 - at}`, at])
    );
    await show(trainingCard({ metrics }), { jobs: null });
    await until(() => text('.jp-Aibro-Card-more') === 'and more');
    const names = [...renderer.node.querySelectorAll('dt')];
    expect(names.slice(0, 3).map(({ textContent }) => textContent)).toEqual([
      'metric_0',
      'metric_1',
      'metric_2'
    ]);
    jest.restoreAllMocks();
  });

  it('shows markup in a description as text', async () => {
    await show(trainingCard({ description: '<img src=x onerror=alert(1)>' }));
    await until(() => text().includes('<img src=x'));
    expect(find('img')).toBeNull();
  });

  it('is the output in plain text when it cannot be read, and says so when there is none', async () => {
    const cell = await show({ job: 'lost' });
    expect(text()).toBe('running');
    showAnew(cell, JOB_MIME, { job: 'lost' });
    await until(() => text().includes('cannot be read'));
  });

  it.each([
    ['an error', 'training-error', 'error'],
    ['the user', 'user', undefined]
  ] as const)(
    'says why the job was canceled, in red only for an error: %s',
    async (_, reason_kind, kind) => {
      await show(
        completedCard({
          status: 'CANCELED',
          substatus: 'CANCELED',
          reason: 'What happened',
          reason_kind
        })
      );
      await until(() => text('.jp-Aibro-Card-message') === 'What happened');
      expect(find('.jp-Aibro-Card-message')?.dataset.kind).toBe(kind);
    }
  );
});

describe('while the job is active', () => {
  it('it is safe to close from the moment the job does not need its kernel', async () => {
    serve(trainingCard({ needs_kernel: true }));
    await show(trainingCard({ needs_kernel: true }));
    await until(() => hasButton('Cancel'));
    expect(text()).not.toContain('Safe to close');
    serve(trainingCard());
    jobs.change({ reset: true });
    await until(() => text().includes('Safe to close'));
  });

  it('it is read again and counts the time left down', async () => {
    serve(trainingCard({}, { as_of: T0 + 60, left_s: 20 }));
    jobs.time = T0 + 68;
    await show(trainingCard());
    await until(() => text('.jp-Aibro-Card-left') === 'about 12 s left');
    expect(text('.jp-Aibro-Card-clock')).toBe('1:08');
  });

  it('the end of a batch costs no request, the end of an epoch one', async () => {
    serve(trainingCard({}, { left_s: 17 }));
    jobs.time = T0 + 6;
    await show(trainingCard());
    await until(() => text('.jp-Aibro-Card-left') === 'about 16 s left');
    jobs.change({ jobs: [trainingCard({ batch: 7 }).job] });
    await until(() => text().includes('batch 7 of 10'));
    expect(server.asked).toEqual([ROUTE]);
    serve(trainingCard({ epoch: 3, batch: 0 }));
    jobs.change({ jobs: [trainingCard({ epoch: 3, batch: 0 }).job] });
    await until(() => text().includes('Epoch 4 of 10'));
    expect(server.asked).toEqual([ROUTE, ROUTE]);
  });

  it('a change of status is announced, and what was there from the beginning is not', async () => {
    serve(trainingCard({ substatus: 'RETURNING' }));
    await show(trainingCard());
    const announced = (): string =>
      document.querySelector('.jp-Aibro-announcements')?.textContent ?? '';
    await until(() => announced() !== '');
    expect(announced()).toBe('Job digits, first try: TRAINING · RETURNING');
  });

  it('it can be canceled once', async () => {
    const canceled = jest.fn();
    commands.addCommand(CommandIDs.cancel, {
      execute: args => {
        canceled(args);
      }
    });
    serve(trainingCard());
    await show(trainingCard());
    await until(() => hasButton('Cancel'));
    button('Cancel').click();
    expect(canceled).toHaveBeenCalledWith({ jobId: '7f3a2c91d0' });
    jobs.time = T0 + 5;
    await until(() => server.asked.length === 1);
    serve(trainingCard({ cancel_requested: true }));
    jobs.change({ reset: true });
    await until(() => text().includes('Canceling…'));
    button('Cancel').click();
    expect(canceled).toHaveBeenCalledTimes(1);
  });

  it('what the kernel shows anew is taken over without asking for it', async () => {
    serve(trainingCard());
    const cell = await show(trainingCard());
    await until(() => server.asked.length === 1);
    showAnew(cell, JOB_MIME, trainingCard({ batch: 9 }, { as_of: T0 + 7 }));
    await until(() => text().includes('batch 9 of 10'));
    expect(server.asked).toEqual([ROUTE]);
  });
});

describe('when the job ends', () => {
  it('the notebook holds the end in all forms, changed once', async () => {
    serve(trainingCard());
    const cell = await show(trainingCard());
    await until(() => server.asked.length === 1);
    let changes = 0;
    cell.contentChanged.connect(() => {
      changes += 1;
    });
    serve(completedCard());
    jobs.change({ jobs: [completedCard().job] });
    await until(() => changes > 0);
    expect(savedData(cell)).toEqual({
      [JOB_MIME]: completedCard(),
      'text/html': '<table>the end</table>',
      'text/plain': 'the end'
    });
    await until(() => text('.jp-Aibro-Card-status') === 'COMPLETED');
    expect(changes).toBe(1);
  });

  it('what the kernel writes at the end stays as it is', async () => {
    serve(trainingCard());
    const cell = await show(trainingCard());
    await until(() => server.asked.length === 1);
    showAnew(cell, JOB_MIME, completedCard(), 'from the kernel');
    await until(() => text('.jp-Aibro-Card-status') === 'COMPLETED');
    jobs.change({ jobs: [completedCard().job] });
    expect(server.asked).toEqual([ROUTE]);
  });

  it('the focus stays on the button that has done its work', async () => {
    serve(trainingCard());
    await show(trainingCard());
    await until(() => hasButton('Cancel'));
    button('Cancel').focus();
    serve(
      completedCard({
        status: 'CANCELED',
        substatus: 'CANCELED',
        reason: 'By you'
      })
    );
    jobs.change({ jobs: [completedCard().job] });
    await until(() => text('.jp-Aibro-Card-status') === 'CANCELED');
    expect(document.activeElement).toBe(button('Cancel'));
    expect(button('Cancel').getAttribute('aria-disabled')).toBe('true');
    button('Cancel').blur();
    await until(() => !hasButton('Cancel'));
  });

  it('a recorded job can be replayed from here', async () => {
    commands.addCommand(CommandIDs.replay, { execute: () => undefined });
    await show(completedCard({ recorded: true }));
    await until(() => hasButton('Replay…'));
  });
});

it('a job that is not here any more leaves its snapshot and a note', async () => {
  await show(trainingCard());
  await until(() => text().includes('not here any more'));
  expect(find('button')).toBeNull();
});
