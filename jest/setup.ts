/*
 * A warning or an error on the console fails the test that caused it. A test that expects one
 * replaces the method itself: `jest.spyOn(console, 'error').mockImplementation()`.
 */
import { format } from 'node:util';

const complaints: string[] = [];

for (const level of ['warn', 'error'] as const) {
  console[level] = (...args: unknown[]): void => {
    complaints.push(`console.${level}: ${format(...args)}`);
  };
}

afterEach(() => {
  jest.useRealTimers(); // See timeouts.ts.
  const found = complaints.splice(0);
  if (found.length > 0) {
    throw new Error(found.join('\n'));
  }
});
