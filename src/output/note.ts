import type { TranslationBundle } from '@jupyterlab/translation';
import type { FeedState } from './feed';

/**
 * What a reader has to know about a snapshot that is not kept up to date; `null` when it is.
 *
 * @param moment - when it was read, in words.
 */
export function noteOf(
  state: FeedState,
  moment: string,
  trans: TranslationBundle
): string | null {
  switch (state.kind) {
    case 'ended':
    case 'loading':
    case 'live':
      return null;
    case 'snapshot':
      return trans.__('as of %1', moment);
    case 'gone':
      return trans.__('as of %1; the job is not here any more', moment);
    case 'failed':
      return trans.__('as of %1; %2', moment, state.message);
  }
}
