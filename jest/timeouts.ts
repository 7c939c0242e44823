import { until } from './until';

/**
 * For the rest of the test, timeouts only end when the spec calls `jest.advanceTimersByTime`. So
 * the outcome does not depend on the machine's speed.
 */
export function holdTimeouts(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'cancelAnimationFrame',
      'cancelIdleCallback',
      'clearImmediate',
      'clearInterval',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'requestAnimationFrame',
      'requestIdleCallback',
      'setImmediate',
      'setInterval'
    ]
  });
}

/**
 * Wait for a condition while timeouts are held: it must come true without any timeout of more than
 * 0 ms.
 */
export function untilAtOnce(condition: () => boolean): Promise<void> {
  return until(condition, () => jest.advanceTimersByTime(0));
}
