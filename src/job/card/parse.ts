import {
  JOB_STATUSES,
  JOB_SUBSTATUSES,
  REASON_KINDS,
  VERDICTS
} from '../../api/_models';
import type { Job, JobCard } from '../../api/_models';
import {
  isFields,
  isMoment,
  isNumber,
  isNumberOrNull,
  isTextOrNull,
  isWord
} from '../../output/fields';

/** Limit for metrics and for their values: more than any real card has, few enough to draw. */
const MAX_VALUES = 1000;

/**
 * Read the card in an output, which may be incomplete or written by anybody.
 *
 * @returns the card; `null` when the data is not a card.
 */
export function parseCard(data: unknown): JobCard | null {
  if (!isFields(data)) {
    return null;
  }
  const { as_of, metric, reached, values } = data;
  const job = parseJob(data.job);
  if (
    !job ||
    !isMoment(as_of) ||
    !isWord(JOB_SUBSTATUSES, reached) ||
    !isTextOrNull(metric) ||
    !Array.isArray(values) ||
    values.length > MAX_VALUES ||
    !values.every(isNumberOrNull)
  ) {
    return null;
  }
  return {
    job,
    reached,
    metric,
    values,
    model_bytes: numberOr(null, data.model_bytes),
    data_bytes: numberOr(null, data.data_bytes),
    expected_s: numberOr(null, data.expected_s),
    left_s: numberOr(null, data.left_s),
    as_of
  };
}

/** The job of a card: some fields are required to show it, the others are read if they are there. */
function parseJob(data: unknown): Job | null {
  if (!isFields(data)) {
    return null;
  }
  const { created_at, description, ended_at, job_id, status, substatus } = data;
  if (
    typeof job_id !== 'string' ||
    typeof description !== 'string' ||
    !isWord(JOB_STATUSES, status) ||
    !isWord(JOB_SUBSTATUSES, substatus) ||
    !isMoment(created_at) ||
    !(ended_at === null || isMoment(ended_at))
  ) {
    return null;
  }
  const { reason_kind, verdict } = data;
  return {
    job_id,
    seq: numberOr(0, data.seq),
    description,
    status,
    substatus,
    note: textOrNull(data.note) ?? '',
    reason: textOrNull(data.reason),
    reason_kind: isWord(REASON_KINDS, reason_kind) ? reason_kind : null,
    traceback: null,
    machine_id: textOrNull(data.machine_id),
    instance_id: textOrNull(data.instance_id),
    attempt: numberOr(1, data.attempt),
    epoch: numberOr(0, data.epoch),
    epochs: numberOr(0, data.epochs),
    batch: numberOr(0, data.batch),
    batches: numberOr(null, data.batches),
    metrics: parseMetrics(data.metrics),
    recorded: data.recorded === true,
    foreign: data.foreign === true,
    replay_of: textOrNull(data.replay_of),
    from_epoch: numberOr(0, data.from_epoch),
    verdict: isWord(VERDICTS, verdict) ? verdict : null,
    cancel_requested: data.cancel_requested === true,
    needs_kernel: data.needs_kernel === true,
    created_at,
    ended_at,
    wait: null,
    default_description: data.default_description === true
  };
}

function parseMetrics(data: unknown): Record<string, number | null> {
  const entries = isFields(data)
    ? Object.entries(data).slice(0, MAX_VALUES)
    : [];
  return Object.fromEntries(
    entries
      .filter((entry): entry is [string, number | null] =>
        isNumberOrNull(entry[1])
      )
      .sort(([one], [other]) => placeOf(one) - placeOf(other))
  );
}

/** Restore the worker's order (loss first, validation last): saving a notebook sorts the names. */
function placeOf(metric: string): number {
  const [own, loss] = metric.startsWith('val_') ? [2, 'val_loss'] : [0, 'loss'];
  return metric === loss ? own : own + 1;
}

function numberOr<T>(otherwise: T, value: unknown): number | T {
  return isNumber(value) ? value : otherwise;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
