import { Widget } from '@lumino/widgets';
import { makeJob } from '../../jest/jobs';
import { RouteServer } from '../../jest/routeServer';
import { SpecJobs } from '../../jest/specJobs';
import { until } from '../../jest/until';
import { AibroClient } from '../api';
import { closeWhenDeleted } from './closeWhenDeleted';

describe('what shows jobs', () => {
  let server: RouteServer;
  let jobs: SpecJobs;
  let widget: Widget;

  const asked = (jobId: string): number =>
    server.of(`GET aibro/api/jobs/${jobId}`).length;

  const fail = (jobId: string, status: number, code: string): void =>
    server.on(`GET aibro/api/jobs/${jobId}`, () => ({
      status,
      body: { message: `Of job ${jobId} nothing is known.`, code, field: null }
    }));

  beforeEach(async () => {
    server = await RouteServer.start();
    for (const jobId of ['a', 'b']) {
      server.on(`GET aibro/api/jobs/${jobId}`, () => ({
        body: makeJob(jobId)
      }));
    }
    jobs = new SpecJobs(new AibroClient(server.settings));
    widget = new Widget();
    closeWhenDeleted(widget, jobs, 'a', 'b');
  });

  afterEach(async () => {
    widget.dispose();
    await server.stop();
  });

  it('closes when one of them is deleted, and not for another', () => {
    jobs.change({ deleted: ['c'] });
    expect(widget.isDisposed).toBe(false);
    jobs.change({ deleted: ['b'] });
    expect(widget.isDisposed).toBe(true);
  });

  it('closes when the state folder is gone, and one of them with it', async () => {
    fail('b', 404, 'JobNotFound');
    jobs.change({ reset: true });
    await until(() => widget.isDisposed);
  });

  it('stays when they are there, or nobody can say', async () => {
    fail('b', 404, 'HTTPError');
    jobs.change({ reset: true });
    await until(() => asked('a') === 1 && asked('b') === 1);
    // A second round of requests: once it has arrived, the first has been answered.
    fail('b', 500, 'StoreError');
    jobs.change({ reset: true });
    await until(() => asked('a') === 2 && asked('b') === 2);
    expect(widget.isDisposed).toBe(false);
  });
});
