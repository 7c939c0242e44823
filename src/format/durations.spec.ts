import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nullTranslator } from '@jupyterlab/translation';
import { formatAbout, formatDifference, formatDuration, languageOf } from '.';

const CASES = JSON.parse(
  readFileSync(join(__dirname, '../../tests/display/durations.json'), 'utf-8')
) as [number, string][];
const english = languageOf(nullTranslator);
const german = { ...english, locale: 'de' };

describe('a duration', () => {
  it.each(CASES)('of %d seconds reads "%s", as in Python', (seconds, text) => {
    expect(formatDuration(seconds, english)).toBe(text);
  });

  it.each([NaN, Infinity, -Infinity])('of %d is nothing', seconds => {
    expect(formatDuration(seconds, english)).toBe('0 ms');
  });

  it('has the decimal sign of the language', () => {
    expect(formatDuration(3.02, german)).toBe('3,02 s');
    expect(formatDuration(42.25, german)).toBe('42,3 s');
  });
});

describe('an estimate', () => {
  it.each([
    [0, '1 s'],
    [3.4, '3 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [130, '2 min'],
    [3599, '1 h 00 min'],
    [7500, '2 h 05 min']
  ])('of %d seconds, as in Python, reads "%s"', (seconds, text) => {
    expect(formatAbout(seconds, english)).toBe(text);
  });
});

describe('a difference', () => {
  it.each([
    [-3.02, '\u22123.02 s'],
    [0.041, '+41 ms'],
    [0, '0 ms'],
    [1e-9, '0 ms'],
    [-1e-9, '0 ms']
  ])('of %d seconds reads "%s"', (seconds, text) => {
    expect(formatDifference(seconds, english)).toBe(text);
  });
});
