import { nullTranslator } from '@jupyterlab/translation';
import { formatExact, formatShare, languageOf, separatorsOf } from '.';

describe('a metric in a table', () => {
  const words = (value: number | null | undefined): string =>
    formatExact(value, 'en');

  it('has the digits that say something', () => {
    expect(words(0.683801531791687)).toBe('0.683802');
    expect(words(1234.5)).toBe('1,234.5');
    expect(words(0)).toBe('0');
  });

  it('stays readable when it is very small or very large', () => {
    expect(words(1.25e-7)).toBe('1.25E-7');
    expect(words(-3e12)).toBe('-3E12');
  });

  it('tells a number that is none from one that is not there', () => {
    expect(words(null)).toBe('NaN');
    expect(words(undefined)).toBe('');
  });

  it('is written as people there write it', () => {
    expect(formatExact(0.25, 'de')).toBe('0,25');
  });
});

describe('a share', () => {
  const english = languageOf(nullTranslator);

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
    expect(formatShare(share, english)).toBe(text);
  });
});

it('tells charts what decimals and thousands are separated with', () => {
  expect(separatorsOf('en')).toBe('.,');
  expect(separatorsOf('de')).toBe(',.');
});
