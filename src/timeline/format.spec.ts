import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  formatClock,
  formatDuration,
  formatMoment,
  formatShare
} from './format';

const CASES = JSON.parse(
  readFileSync(join(__dirname, '../../tests/display/durations.json'), 'utf-8')
) as [number, string][];

describe('a duration', () => {
  it.each(CASES)('of %d seconds reads "%s", as in Python', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([NaN, Infinity, -Infinity])('of %d is nothing', seconds => {
    expect(formatDuration(seconds)).toBe('0 ms');
  });
});

describe('a share', () => {
  it.each([
    [0.622, '62 %'],
    [1, '100 %'],
    [1.3, '130 %'],
    [0.005, '1 %'],
    [0.001, '<1 %'],
    [0, ''],
    [-1, ''],
    [NaN, '']
  ])('of %d reads "%s"', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

describe('a moment', () => {
  const noon = new Date(2026, 10, 22, 12, 0, 5, 250).getTime() / 1000;

  it('of today needs no date', () => {
    const time = new Date(noon * 1000).toLocaleTimeString();
    expect(formatClock(noon, noon + 60)).toBe(time);
  });

  it('of another day has one', () => {
    const date = new Date(noon * 1000).toLocaleDateString();
    expect(formatClock(noon, noon + 2 * 86400)).toContain(date);
  });

  it('tells periods of a few ms apart', () => {
    expect(formatMoment(noon)).toContain('05.250');
  });
});
