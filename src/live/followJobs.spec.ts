import { makeJob } from '../../jest/jobs';
import { RouteServer } from '../../jest/routeServer';
import { SpecJobs } from '../../jest/specJobs';
import { AibroClient } from '../api';
import { followJobs } from './followJobs';

describe('following jobs', () => {
  let server: RouteServer;
  let jobs: SpecJobs;
  let heard: string[];

  beforeEach(async () => {
    server = await RouteServer.start();
    jobs = new SpecJobs(new AibroClient(server.settings));
    heard = [];
  });

  afterEach(() => server.stop());

  it('tells of their rows, their deletion and resets, and of no other job', () => {
    const following = followJobs(jobs, ['a', 'b'], {
      onDeleted: () => heard.push('deleted'),
      onReset: () => heard.push('reset'),
      onRows: rows => heard.push(rows.map(({ job_id }) => job_id).join())
    });
    jobs.change({ jobs: [makeJob('c')], deleted: ['d'] });
    expect(heard).toEqual([]);
    jobs.change({ jobs: ['a', 'c', 'b'].map(jobId => makeJob(jobId)) });
    jobs.change({ reset: true });
    jobs.change({ deleted: ['b'] });
    expect(heard).toEqual(['a,b', 'reset', 'deleted']);
    following.dispose();
    jobs.change({ jobs: [makeJob('a')] });
    expect(heard).toHaveLength(3);
  });

  it('begins with the connection as it is', () => {
    followJobs(jobs, ['a'], {
      onConnection: ({ kind }) => heard.push(kind)
    }).dispose();
    expect(heard).toEqual([jobs.connection.kind]);
  });
});
