/* Complete recordings, epochs, verdicts and requests for specs; the caller overrides single fields. */
import type { Epoch, Recording, ReplayRequest, Verdict } from '../src/api';

/**
 * The recording of the completed job `a`: 4.2 MB, three epochs, no code, and no differences from
 * this machine.
 */
export function makeRecording(extra: Partial<Recording> = {}): Recording {
  return {
    job_id: 'a',
    description: '',
    status: 'COMPLETED',
    created_at: 1000,
    size_bytes: 4_200_000,
    parts: [
      { name: 'model', size_bytes: 200_000, dtype: null, shape: null },
      {
        name: 'train_X',
        size_bytes: 4_000_000,
        dtype: 'float32',
        shape: [1000, 1000]
      }
    ],
    parameters: 7850,
    epochs: 3,
    batch_size: 64,
    seed: 42,
    fit_arguments: [],
    custom_code: false,
    foreign: false,
    trusted: false,
    environment: {
      interpreter: '/usr/bin/python',
      python: '3.11.2',
      backend: 'tensorflow',
      packages: { keras: '3.15.1', tensorflow: '2.21.0' },
      platform: 'Linux',
      cpu: 'x86',
      cpus: 2,
      threads: {},
      gpus: []
    },
    interpreter: '/usr/bin/python',
    differences: [],
    problem: null,
    start_epochs: [],
    no_start_epochs: 'No checkpoints were saved.',
    ...extra
  };
}

/** The verdict on `b`, a replay of `a` with identical results. */
export function makeVerdict(extra: Partial<Verdict> = {}): Verdict {
  return {
    job_id: 'b',
    replay_of: 'a',
    verdict: 'IDENTICAL',
    sentence: 'Every bit agrees.',
    epoch: null,
    metric: null,
    recorded: null,
    replayed: null,
    weights_epoch: null,
    differences: [],
    from_epoch: 0,
    ...extra
  };
}

/** A request that saves nothing and otherwise has the default values. */
export function makeReplayRequest(
  extra: Partial<ReplayRequest> = {}
): ReplayRequest {
  return {
    description: '',
    directory_to_save_ckpt: null,
    directory_to_save_log: null,
    wait_request_s: 10000,
    from_epoch: 0,
    trust: false,
    ...extra
  };
}

/** An ended epoch with these metrics. */
export function makeEpoch(
  epoch: number,
  metrics: Epoch['metrics'],
  weightsHash: string | null = `weights ${epoch}`
): Epoch {
  return { epoch, metrics, weights_hash: weightsHash, ended_at: 1000 + epoch };
}
