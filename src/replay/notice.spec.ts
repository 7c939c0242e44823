import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { makeJob } from '../../jest/jobs';
import { makeVerdict } from '../../jest/recordings';
import { RouteServer } from '../../jest/routeServer';
import { SpecJobs } from '../../jest/specJobs';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import type { Job } from '../api';
import { ReplayNotice } from './notice';

const recorded = makeJob('a', { description: 'digits' });

const verdict = makeVerdict();

describe('the notification that follows a replay', () => {
  let server: RouteServer;
  let jobs: SpecJobs;
  let row: Job;
  let saved: number;
  let notice: ReplayNotice;

  const shown = (): Notification.INotification[] =>
    Notification.manager.notifications;

  /** Change the replay and notify the browser. */
  const change = (extra: Partial<Job>): void => {
    row = { ...row, ...extra, seq: row.seq + 1 };
    jobs.change({ jobs: [row] });
  };

  beforeEach(async () => {
    server = await RouteServer.start();
    jobs = new SpecJobs(new AibroClient(server.settings));
    row = makeJob('b', {
      seq: 1,
      epoch: 0,
      status: 'QUEUING',
      substatus: 'REQUESTING SERVER',
      replay_of: 'a',
      description: ''
    });
    saved = 0;
    server.on('GET aibro/api/jobs/b', () => ({ body: row }));
    server.on('GET aibro/api/jobs/b/verdict', () => ({ body: verdict }));
    notice = new ReplayNotice({
      jobs,
      recorded,
      replay: row,
      trans: nullTranslator.load('jupyterlab_aibro'),
      actions: [{ label: 'Show files', callback: () => undefined }],
      onSaved: () => (saved += 1)
    });
  });

  afterEach(async () => {
    notice.dispose();
    Notification.dismiss();
    await server.stop();
  });

  it('says what the replay does and how far it is', async () => {
    expect(shown()).toMatchObject([
      {
        type: 'in-progress',
        message: 'Replay of digits\nAsking for an instance'
      }
    ]);
    change({ status: 'TRAINING', substatus: 'TRAINING', epoch: 5 });
    await until(() => shown()[0].message.includes('epoch 6 of 10'));
    expect(shown()[0].options.progress).toBe(0.5);
    expect(saved).toBe(1);
  });

  it('does not follow every batch', async () => {
    let updates = 0;
    const count = (): void => {
      updates += 1;
    };
    Notification.manager.changed.connect(count);
    change({ status: 'TRAINING', substatus: 'TRAINING' });
    for (let batch = 1; batch <= 200; batch++) {
      change({ batch });
    }
    await until(() => shown()[0].message.includes('Training'));
    Notification.manager.changed.disconnect(count);
    expect(updates).toBe(1);
  });

  it('ends in the verdict, with what can be done next', async () => {
    change({ status: 'COMPLETED', substatus: 'COMPLETED', ended_at: 2000 });
    await until(() => shown()[0].type === 'success');
    expect(shown()).toMatchObject([
      {
        message: 'Replay of digits\nIDENTICAL. Every bit agrees.',
        options: { actions: [{ label: 'Show files' }], autoClose: false }
      }
    ]);
    expect(saved).toBe(1);
  });

  it('listens no more once the replay is over', async () => {
    change({ status: 'COMPLETED', substatus: 'COMPLETED', ended_at: 2000 });
    await until(() => shown()[0].type === 'success');
    change({ note: 'changed' });
    expect(notice.isDisposed).toBe(true);
    expect(server.of('GET aibro/api/jobs/b/verdict')).toHaveLength(1);
  });

  it('brings the verdict although it was dismissed on the way', async () => {
    Notification.dismiss();
    change({ status: 'TRAINING', substatus: 'TRAINING', epoch: 5 });
    expect(shown()).toEqual([]);
    change({ status: 'COMPLETED', substatus: 'COMPLETED', ended_at: 2000 });
    await until(() => shown().length === 1);
    expect(shown()[0].message).toContain('IDENTICAL');
  });

  it('gives the reason of a replay that was canceled', async () => {
    server.on('GET aibro/api/jobs/b/verdict', () => ({
      body: { ...verdict, verdict: 'NOT_COMPARABLE' }
    }));
    change({
      status: 'CANCELED',
      substatus: 'CANCELED',
      reason: 'canceled by the user',
      reason_kind: 'user',
      ended_at: 2000
    });
    await until(() => shown()[0].type === 'info');
    expect(shown()[0].message).toBe(
      'Replay of digits\nCanceled: canceled by the user'
    );
  });

  it('asks for what it missed when the connection was lost', async () => {
    row = {
      ...row,
      seq: 9,
      status: 'COMPLETED',
      substatus: 'COMPLETED',
      ended_at: 2000
    };
    jobs.change({ reset: true });
    await until(() => shown()[0].message.includes('IDENTICAL'));
  });

  it('goes when the replay is deleted', () => {
    jobs.change({ deleted: ['b'] });
    expect(shown()).toEqual([]);
    expect(notice.isDisposed).toBe(true);
  });

  it('does not bring back a toast that a person hid', async () => {
    const toast = document.createElement('div');
    toast.id = shown()[0].id;
    document.body.append(toast);
    change({ status: 'TRAINING', substatus: 'TRAINING' });
    await until(() => shown()[0].message.includes('Training'));
    expect(shown()[0].options.autoClose).toBe(false);
    toast.remove();
    change({ epoch: 1 });
    await until(() => shown()[0].message.includes('epoch 2'));
    expect(shown()[0].options.autoClose).toBe(0);
  });
});
