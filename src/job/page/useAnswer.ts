import { useEffect, useState } from 'react';
import { messageOf } from '../../format';

/** The state of a request. */
export type Answer<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Send a request when the component is first rendered, and give its state.
 *
 * @param ask - sends the request; must stay the same function, and should stop when the signal
 * aborts.
 * @param moment - the request is sent again whenever this changes; the old answer is kept
 * meanwhile.
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
