import type { ISignal } from '@lumino/signaling';
import { useEffect, useLayoutEffect, useReducer, useState } from 'react';

/** Render again whenever one of the signals is emitted, while `enabled`. */
export function useUpdates<T, U>(signal: ISignal<T, U>, enabled = true): void {
  const [, update] = useReducer((count: number) => count + 1, 0);
  // In the same turn as it is drawn: what is emitted before a plain effect would be missed.
  useLayoutEffect(() => {
    if (!enabled) {
      return undefined;
    }
    const onUpdate = (): void => update();
    signal.connect(onUpdate);
    return () => {
      signal.disconnect(onUpdate);
    };
  }, [signal, enabled]);
}

/**
 * A clock: renders again when nothing else has for `period` milliseconds; `null` is never.
 *
 * @param now - reads the time, in seconds since the epoch.
 */
export function useNow(now: () => number, period: number | null): number {
  const [, tick] = useState(0);
  useEffect(() => {
    if (period === null) {
      return undefined;
    }
    const timer = setTimeout(() => tick(count => count + 1), period);
    return () => clearTimeout(timer);
  });
  return now();
}
