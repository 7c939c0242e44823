/* Timelines for specs: a job of 9.8 seconds on this machine, and variants of it. */
import type { Period, PeriodName, Timeline } from '../src/api/_models';

/** The start time of the jobs in specs, in seconds since the epoch. */
export const T0 = 1795377600;

/** A period, with times in seconds after {@link T0}; of the first attempt by default. */
export function period(
  name: PeriodName,
  start: number,
  end: number | null,
  attempt = 1
): Period {
  return {
    name,
    start: T0 + start,
    end: end === null ? null : T0 + end,
    attempt
  };
}

/** A completed job on this machine. It made no spot request, so it has ten of the eleven periods. */
export function completed(changes: Partial<Timeline> = {}): Timeline {
  return {
    job_id: '7f3a2c91d0',
    description: 'digits, first try',
    status: 'COMPLETED',
    substatus: 'COMPLETED',
    reason: null,
    char_type: 'funnel',
    created_at: T0,
    ended_at: T0 + 9.8,
    as_of: T0 + 9.9,
    periods: [
      period('Job Create', 0, 0.041),
      period('Instance Connect', 0.05, 0.36),
      period('API Transfer & Server Setup', 0.36, 0.4),
      period('M&D Serialization', 0.05, 0.14),
      period('Env Gear up', 0.4, 3.42),
      period('M&D Transfer', 0.4, 0.4123),
      period('M&D Deserialization', 3.42, 3.51),
      period('Model Training', 3.5, 9.6),
      period('Result Serialization', 9.6, 9.68),
      period('Result Transfer', 9.68, 9.7)
    ],
    reason_kind: null,
    advice: null,
    ...changes
  };
}

/** The same job on an instance that was still cooling. */
export function warm(changes: Partial<Timeline> = {}): Timeline {
  return completed({
    job_id: '90c1d2e3f4',
    description: 'digits, wider net',
    ended_at: T0 + 6.4,
    as_of: T0 + 6.5,
    periods: [
      period('Job Create', 0, 0.04),
      period('M&D Serialization', 0.05, 0.14),
      period('M&D Transfer', 0.14, 0.16),
      period('M&D Deserialization', 0.16, 0.2),
      period('Model Training', 0.2, 6.3),
      period('Result Serialization', 6.3, 6.35),
      period('Result Transfer', 6.35, 6.4)
    ],
    ...changes
  });
}

/** The same job while it is training, read 5 s after it began. */
export function training(changes: Partial<Timeline> = {}): Timeline {
  const periods = completed().periods.filter(({ start }) => start < T0 + 3.5);
  return completed({
    status: 'TRAINING',
    substatus: 'TRAINING',
    ended_at: null,
    as_of: T0 + 5,
    periods: [...periods, period('Model Training', 3.5, null)],
    ...changes
  });
}

/** The same job when its machine was taken away once; epochs trained before are not trained again. */
export function retried(changes: Partial<Timeline> = {}): Timeline {
  return completed({
    ended_at: T0 + 16,
    as_of: T0 + 16.1,
    periods: [
      ...completed().periods.filter(({ start }) => start < T0 + 3.5),
      period('Model Training', 3.5, 7),
      period('Instance Connect', 7.6, 8, 2),
      period('API Transfer & Server Setup', 8, 8.05, 2),
      period('Env Gear up', 8.05, 11, 2),
      period('M&D Transfer', 8.1, 8.15, 2),
      period('M&D Deserialization', 11, 11.1, 2),
      period('Model Training', 11.1, 15.8, 2),
      period('Result Serialization', 15.8, 15.9, 2),
      period('Result Transfer', 15.9, 16, 2)
    ],
    ...changes
  });
}
