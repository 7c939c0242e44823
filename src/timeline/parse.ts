import {
  JOB_STATUSES,
  JOB_SUBSTATUSES,
  PERIODS,
  REASON_KINDS
} from '../api/_models';
import type { Period, Timeline } from '../api/_models';

import {
  isFields,
  isNumber,
  isNumberOrNull,
  isTextOrNull,
  isWord
} from '../output/fields';

function parsePeriod(value: unknown): Period | null {
  if (!isFields(value)) {
    return null;
  }
  const { attempt, end, name, start } = value;
  if (!isWord(PERIODS, name) || !isNumber(start) || !isNumberOrNull(end)) {
    return null;
  }
  // Outputs of older versions have a single attempt.
  return { name, start, end, attempt: isNumber(attempt) ? attempt : 1 };
}

function isPeriod(value: Period | null): value is Period {
  return value !== null;
}

/**
 * The timeline in an output, which anyone may have written or cut.
 *
 * @returns `null` when it cannot be read as one.
 */
export function parseTimeline(data: unknown): Timeline | null {
  if (!isFields(data)) {
    return null;
  }
  const { job_id, description, status, substatus, reason } = data;
  const { created_at, ended_at, as_of } = data;
  const periods = Array.isArray(data.periods)
    ? data.periods.map(parsePeriod)
    : [null];
  if (
    typeof job_id !== 'string' ||
    typeof description !== 'string' ||
    !isWord(JOB_STATUSES, status) ||
    !isWord(JOB_SUBSTATUSES, substatus) ||
    !isTextOrNull(reason) ||
    !isNumber(created_at) ||
    !isNumberOrNull(ended_at) ||
    !isNumber(as_of) ||
    !periods.every(isPeriod)
  ) {
    return null;
  }
  return {
    job_id,
    description,
    status,
    substatus,
    reason,
    // As for `plot_timeline`: whatever is not "pie" is a funnel.
    char_type: data.char_type === 'pie' ? 'pie' : 'funnel',
    created_at,
    ended_at,
    as_of,
    periods,
    // Outputs of older versions have neither.
    reason_kind: isWord(REASON_KINDS, data.reason_kind)
      ? data.reason_kind
      : null,
    advice: typeof data.advice === 'string' ? data.advice : null
  };
}
