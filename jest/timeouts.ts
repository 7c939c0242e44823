import { until } from './until';

/**
 * From here on, until the test is over, timeouts that are set end when the spec says so
 * (`jest.advanceTimersByTime`): what the product rests for does not depend on the machine.
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

/** Wait until something holds while timeouts are held: it has to come without a rest. */
export function untilAtOnce(condition: () => boolean): Promise<void> {
  return until(condition, () => jest.advanceTimersByTime(0));
}
