import type { TimelineDiff } from '../../api/_models';
import { isFields } from '../../output/fields';
import { parseTimeline } from '../parse';

/**
 * Two timelines in an output, which anyone may have written or cut.
 *
 * @returns `null` when it cannot be read as such.
 */
export function parseDiff(data: unknown): TimelineDiff | null {
  if (!isFields(data) || typeof data.sentence !== 'string') {
    return null;
  }
  const first = parseTimeline(data.first);
  const second = parseTimeline(data.second);
  return first && second ? { first, second, sentence: data.sentence } : null;
}
