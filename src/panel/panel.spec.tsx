import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { Backend } from '../../jest/backend';
import { makeJob } from '../../jest/jobs';
import { disposePanelContext, makePanelContext } from '../../jest/panelContext';
import type { ISpecContext } from '../../jest/panelContext';
import { until } from '../../jest/until';
import type { Job } from '../api';
import type { JobsModel } from '../live/model';
import { CommandIDs } from '../tokens';
import { InstancesSection } from './instances/InstancesSection';
import { addJobCommands } from './jobs/commands';
import { JobRow } from './jobs/JobRow';
import type { IJobRowProps } from './jobs/JobRow';
import { JobsSection } from './jobs/JobsSection';
import { ConnectionNotice, NoJobs } from './Notice';

const trans = nullTranslator.load('jupyterlab_aibro');

describe('what the panel shows', () => {
  let backend: Backend;
  let model: JobsModel;
  let context: ISpecContext;
  let node: HTMLElement;
  let root: Root;

  beforeEach(async () => {
    backend = new Backend();
    context = makePanelContext(backend);
    model = context.jobs;
    addJobCommands(context.commands, context, () => undefined);
    context.commands.addCommand(CommandIDs.showTimeline, {
      label: 'Show Timeline',
      execute: () => undefined
    });
    node = document.createElement('div');
    root = createRoot(node);
    await model.start();
  });

  afterEach(() => {
    root.unmount();
    disposePanelContext(context);
  });

  const show = (element: React.JSX.Element): string => {
    flushSync(() => root.render(element));
    return node.textContent;
  };

  const showJob = (
    extra: Partial<Job>,
    choices: Partial<Pick<IJobRowProps, 'metric' | 'showElapsed'>> = {}
  ): string =>
    show(
      <JobRow
        context={context}
        job={makeJob('7f3a', extra)}
        now={1042}
        isCurrent={true}
        metric="loss"
        showElapsed={true}
        {...choices}
      />
    );

  const labels = (): (string | null)[] =>
    [...node.querySelectorAll('button')].map(button =>
      button.getAttribute('aria-label')
    );

  describe('of a job', () => {
    it('that trains: its epoch as Keras counts, how far it is, its loss, its time', () => {
      const text = showJob({ description: 'digits, first try' });
      expect(text).toContain('digits, first try');
      expect(text).toContain('0:42');
      expect(text).toContain('TRAINING');
      expect(text).toContain('epoch 3/10');
      expect(text).toContain('loss 0.213');
      const bar = node.querySelector('[role=progressbar]');
      expect(bar?.getAttribute('aria-valuenow')).toBe('25');
      expect(labels()).toEqual(['Show Timeline', 'Cancel Job']);
    });

    it('that waits: for what', () => {
      const text = showJob({
        status: 'QUEUING',
        substatus: 'REQUESTING SERVER',
        note: 'Waiting for a free slot: 5 of 5 jobs are active'
      });
      expect(text).toContain('QUEUING · REQUESTING SERVER');
      expect(text).toContain('Waiting for a free slot');
      expect(node.querySelector('[role=progressbar]')).toBeNull();
    });

    it('that was asked to end: that it is being canceled, and no second button for it', async () => {
      backend.put('7f3a', { cancel_requested: true });
      backend.hint();
      await until(() => context.list.find('7f3a') !== undefined);
      expect(showJob({ cancel_requested: true })).toContain('canceling…');
      expect(labels()).toEqual(['Show Timeline']);
    });

    it('that failed: the first line of the reason, and all of it in the tooltip', () => {
      const text = showJob({
        status: 'CANCELED',
        substatus: 'CANCELED',
        reason: 'ValueError: loss is NaN\nin epoch 3',
        reason_kind: 'training-error',
        ended_at: 1010
      });
      expect(text).toContain('CANCELEDValueError: loss is NaN');
      expect(text).not.toContain('in epoch 3');
      expect(node.querySelector('[title]')?.getAttribute('title')).toContain(
        'in epoch 3'
      );
      expect(text).toContain('0:10');
    });

    it('that ended: its replay when it was recorded, else its log', () => {
      for (const id of [CommandIDs.replay, CommandIDs.showLog]) {
        context.commands.addCommand(id, {
          label: id,
          execute: () => undefined
        });
      }
      const ended = { status: 'COMPLETED', ended_at: 1030 } as const;
      showJob({ ...ended, recorded: true });
      expect(labels()).toEqual(['Show Timeline', CommandIDs.replay]);
      showJob(ended);
      expect(labels()).toEqual(['Show Timeline', CommandIDs.showLog]);
    });

    it('that is a recorded replay: both marks and the verdict in words', () => {
      const text = showJob({
        status: 'COMPLETED',
        substatus: 'COMPLETED',
        recorded: true,
        replay_of: 'c0de',
        verdict: 'WITHIN_TOLERANCE',
        ended_at: 1030
      });
      expect(text).toContain('WITHIN TOLERANCE');
      expect(text).toContain('now');
      const marks = [...node.querySelectorAll('[role=img]')].map(mark =>
        mark.getAttribute('aria-label')
      );
      expect(marks).toEqual(['recorded', 'replay of c0de']);
    });

    it('that is a replay from an epoch on: from which, and its page at hand', () => {
      context.commands.addCommand(CommandIDs.openReplay, {
        label: 'Show Replay',
        execute: () => undefined
      });
      const text = showJob({
        status: 'COMPLETED',
        substatus: 'COMPLETED',
        replay_of: 'c0de',
        from_epoch: 2,
        verdict: 'IDENTICAL',
        ended_at: 1030
      });
      expect(text).toContain('IDENTICALfrom epoch 2');
      expect(labels()).toEqual(['Show Replay']);
    });

    it('whose machine was taken away: which attempt it is', () => {
      expect(showJob({ attempt: 1 })).not.toContain('attempt');
      expect(showJob({ attempt: 2 })).toContain('attempt 2');
      expect(node.querySelector('[title]')?.getAttribute('title')).toContain(
        'Attempt 2'
      );
    });

    it('that came in a report: that it is not of here', () => {
      showJob({ foreign: true, recorded: true, ended_at: 1030 });
      const marks = [...node.querySelectorAll('[role=img]')].map(mark =>
        mark.getAttribute('aria-label')
      );
      expect(marks).toEqual(['imported', 'recorded']);
      expect(node.querySelector('[title]')?.getAttribute('title')).toContain(
        'Imported from a report'
      );
    });

    it('without a description: its id', () => {
      expect(showJob({ description: '' })).toContain('7f3a');
    });

    it('of a newer server: its words as they are', () => {
      // Words that the types do not know.
      const job = { status: 'PAUSED', substatus: 'RESTING' } as unknown as Job;
      expect(showJob(job)).toContain('PAUSED · RESTING');
    });

    it('whose loss is not a number: NaN', () => {
      expect(showJob({ metrics: { loss: null } })).toContain('loss NaN');
    });

    it('that has no such metric: the first one it has', () => {
      expect(showJob({ metrics: { accuracy: 0.5 } })).toContain('accuracy 0.5');
      expect(showJob({ metrics: {} })).not.toContain('loss');
    });
  });

  it('of a job only what the user wants to see', () => {
    const text = showJob({}, { metric: null, showElapsed: false });
    expect(text).toContain('epoch 3/10');
    expect(text).not.toContain('0.213');
    expect(text).not.toContain('0:42');
  });

  it('of a cooling instance: what is left, and how to extend or close it', async () => {
    backend.putInstance('i', {
      status: 'COOLING',
      substatus: 'COOLING',
      cooling_until: backend.now + 271.5
    });
    await context.instances.reload();
    const text = show(<InstancesSection context={context} visible={true} />);
    expect(text).toContain('COOLING');
    expect(text).toContain('4:31 left');
    expect(text).toContain('Your next job would start warm');
    expect(labels()).toContain('Extend local.od by 5 minutes');
    expect(labels()).toContain('Close local.od now');
  });

  it('of an instance that a recorded job leaves: that only a recorded one starts warm', async () => {
    backend.putInstance('i', {
      status: 'COOLING',
      substatus: 'COOLING',
      cooling_until: backend.now + 60,
      deterministic: true
    });
    await context.instances.reload();
    const text = show(<InstancesSection context={context} visible={true} />);
    expect(text).toContain('Your next recorded job would start warm');
    expect(text).not.toContain('Your next job');
    expect(node.querySelector('li')?.title).toContain('A recorded job on');
  });

  it('no instance that is closed', async () => {
    backend.putInstance('i');
    await context.instances.reload();
    expect(context.instances.rows).toHaveLength(1);
    backend.putInstance('i', { status: 'CLOSED', substatus: 'STOPPED' });
    backend.hint();
    await until(() => context.instances.rows.length === 0);
    expect(
      show(<InstancesSection context={context} visible={true} />)
    ).toContain('No instance is up.');
  });

  it('all jobs at once again when the rows that were pointed at are gone', async () => {
    const put = async (jobId: string): Promise<void> => {
      backend.put(jobId, { created_at: 1000 + backend.seq });
      backend.hint();
      await until(() => context.list.find(jobId) !== undefined);
    };
    await until(() => context.list.isLoaded);
    await put('a');
    show(<JobsSection context={context} visible={true} />);
    node
      .querySelector('.jp-Aibro-scroller')
      ?.dispatchEvent(new MouseEvent('pointerover', { bubbles: true }));
    await put('waits');
    expect(context.list.waiting).toBe(1);
    backend.delete('a');
    backend.delete('waits');
    backend.hint();
    await until(() => node.textContent.includes('No job yet'));
    await put('b');
    await put('c');
    expect(context.list.waiting).toBe(0);
    expect(context.list.length).toBe(2);
  });

  it('how to start the first job', () => {
    const text = show(
      <NoJobs isNarrowed={false} showAll={() => undefined} trans={trans} />
    );
    expect(text).toContain('aibro.Training.online_fit(');
  });

  it('that a search finds nothing, and a way back', () => {
    let isBack = false;
    show(
      <NoJobs isNarrowed={true} showAll={() => (isBack = true)} trans={trans} />
    );
    expect(node.textContent).toContain('No job matches.');
    node.querySelector('button')?.click();
    expect(isBack).toBe(true);
  });

  it('what is wrong in the words of the server, with a way to try again', async () => {
    let tries = 0;
    const retry = (): Promise<void> => {
      tries += 1;
      return Promise.resolve();
    };
    const text = show(
      <ConnectionNotice
        connection={{ kind: 'failed', message: 'The store is newer.' }}
        {...{ retry, trans }}
      />
    );
    expect(text).toContain('The store is newer.');
    node.querySelector('button')?.click();
    await until(() => tries === 1);
  });

  it('that AIbro is missing and how to install it', () => {
    const text = show(
      <ConnectionNotice
        connection={{ kind: 'missing' }}
        retry={() => Promise.resolve()}
        trans={trans}
      />
    );
    expect(text).toContain('jupyter server extension enable');
  });
});
