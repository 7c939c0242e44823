import { nullTranslator } from '@jupyterlab/translation';
import { languageOf } from '../format';
import { ticksOf } from './ticks';

const language = languageOf(nullTranslator);

function labels(total: number, most: number): string {
  return ticksOf(total, most, language)
    .map(({ label }) => label)
    .join(' ');
}

describe('the labels of a time axis', () => {
  it.each([
    [0.0123, 5, '0 5 ms 10 ms'],
    [0.84, 5, '0 200 ms 400 ms 600 ms 800 ms'],
    [9.8, 5, '0 2 s 4 s 6 s 8 s'],
    [1.5, 4, '0 0.5 s 1 s 1.5 s'],
    [95, 5, '0 20 s 40 s 60 s 80 s'],
    [150, 5, '0 0.5 min 1 min 1.5 min 2 min 2.5 min'],
    [3600, 4, '0 15 min 30 min 45 min 60 min'],
    [26000, 4, '0 2 h 4 h 6 h'],
    [5 * 86400, 3, '0 2 d 4 d']
  ])('of %d seconds with room for %d are %s', (total, most, expected) => {
    expect(labels(total, most)).toBe(expected);
  });

  it.each([0, -1, NaN, Infinity])('of %d seconds are one', total => {
    expect(labels(total, 5)).toBe('0');
  });

  it('are never more than there is room for', () => {
    for (let total = 0.001; total < 1e7; total *= 1.3) {
      for (const most of [1, 2, 5, 9]) {
        expect(ticksOf(total, most, language).length - 1).toBeLessThanOrEqual(
          most
        );
      }
    }
  });

  it('are where they say they are', () => {
    expect(ticksOf(150, 5, language).map(({ at }) => at)).toEqual([
      0, 30, 60, 90, 120, 150
    ]);
  });
});
