/* Complete jobs, instances and machines for specs; the caller overrides single fields. */
import type { Instance, Job, Machine } from '../src/api';

/** A job that is training; `extra` overrides fields. */
export function makeJob(jobId: string, extra: Partial<Job> = {}): Job {
  return {
    job_id: jobId,
    seq: 0,
    description: `description of ${jobId}`,
    status: 'TRAINING',
    substatus: 'TRAINING',
    note: '',
    reason: null,
    reason_kind: null,
    traceback: null,
    machine_id: 'local.od',
    instance_id: null,
    attempt: 1,
    epoch: 2,
    epochs: 10,
    batch: 5,
    batches: 10,
    metrics: { loss: 0.2134 },
    recorded: false,
    foreign: false,
    replay_of: null,
    from_epoch: 0,
    verdict: null,
    cancel_requested: false,
    needs_kernel: false,
    created_at: 1000,
    ended_at: null,
    wait: null,
    default_description: false,
    ...extra
  };
}

/** An instance that is executing a job; `extra` overrides fields. */
export function makeInstance(
  instanceId: string,
  extra: Partial<Instance> = {}
): Instance {
  return {
    instance_id: instanceId,
    seq: 0,
    machine_id: 'local.od',
    market: 'on-demand',
    status: 'EXECUTING',
    substatus: '',
    job_id: 'a',
    description: 'description of a',
    deterministic: false,
    cool_down_period_s: 300,
    cooling_until: null,
    created_at: 1000,
    closed_at: null,
    ...extra
  };
}

/** A machine, local or of a cluster; `extra` overrides fields. */
export function makeMachine(
  machineId: string,
  extra: Partial<Machine> = {}
): Machine {
  return {
    machine_id: machineId,
    engine: machineId === 'local.od' ? 'local' : 'ray',
    market: machineId.endsWith('.od') ? 'on-demand' : 'spot',
    cpus: 8,
    memory_bytes: 32 * 2 ** 30,
    gpus: 0,
    labels: {},
    price_per_hour: null,
    capacity: null,
    instances: 0,
    free: 5,
    problem: null,
    requests: 0,
    availability: null,
    usual_wait_s: null,
    ...extra
  };
}
