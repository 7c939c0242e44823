import { useEffect, useState } from 'react';
import { messageOf } from '../../format';

/** What is known of something that was asked for. */
export type Answer<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Ask for something when it is first seen.
 *
 * @param ask - must stay the same function; gives up when the signal says so.
 * @param moment - asks anew whenever it changes, keeping the old answer meanwhile.
 */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  moment: string
): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ kind: 'loading' });
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal).then(
      value => {
        if (!abort.signal.aborted) {
          setAnswer({ kind: 'known', value });
        }
      },
      (error: unknown) => {
        if (!abort.signal.aborted) {
          setAnswer({ kind: 'failed', message: messageOf(error) });
        }
      }
    );
    return () => abort.abort();
  }, [ask, moment]);
  return answer;
}
