import { INSTANCE_STATUSES, JOB_STATUSES } from '../../api';
import type { InstanceStatus, JobStatus } from '../../api';
import { unknownIcon } from './icons';
import { hasEnded } from './job';
import { instanceLook, jobLook, statusWords } from './status';

describe('how states look', () => {
  it('gives every status of a job its own shape', () => {
    const icons = JOB_STATUSES.map(
      status => jobLook({ status, reason_kind: null }).icon
    );
    expect(new Set(icons).size).toBe(JOB_STATUSES.length);
    expect(icons).not.toContain(unknownIcon);
  });

  it('knows every status of an instance', () => {
    const icons = INSTANCE_STATUSES.map(status => instanceLook(status).icon);
    expect(icons).not.toContain(unknownIcon);
  });

  it('does not paint red what a person canceled', () => {
    const look = (kind: 'user' | 'instance-lost') =>
      jobLook({ status: 'CANCELED', reason_kind: kind });
    expect(look('user').className).toBe('jp-mod-neutral');
    expect(look('instance-lost').className).toBe('jp-mod-failed');
  });

  it('survives a status of a newer server', () => {
    const status = 'PAUSED' as JobStatus;
    expect(jobLook({ status, reason_kind: null }).icon).toBe(unknownIcon);
    expect(hasEnded({ status })).toBe(true);
    expect(instanceLook('PAUSED' as InstanceStatus).icon).toBe(unknownIcon);
  });

  it('says status and substatus in the words of docs/statuses.md, each once', () => {
    expect(statusWords('QUEUING', 'GEARING ENV')).toBe('QUEUING · GEARING ENV');
    expect(statusWords('TRAINING', 'TRAINING')).toBe('TRAINING');
    expect(statusWords('LAUNCHING', '')).toBe('LAUNCHING');
  });
});
