import { nullTranslator } from '@jupyterlab/translation';
import { formatMemory, formatPrice, languageOf } from '.';

const english = languageOf(nullTranslator);

it.each([
  [32 * 2 ** 30, '32 GiB'],
  [33_600_000_000, '31.3 GiB'],
  [1024 * 2 ** 30, '1,024 GiB'],
  [512 * 2 ** 20, '512 MiB']
])('%d bytes of memory read "%s"', (bytes, text) => {
  expect(formatMemory(bytes, english)).toBe(text);
});

it.each([
  [0.22, '0.22'],
  [3, '3.00'],
  [0.0035, '0.0035']
])('the price %d reads "%s"', (value, text) => {
  expect(formatPrice(value, 'en')).toBe(text);
});

it('a price has the decimal sign of the language', () => {
  expect(formatPrice(0.7, 'de')).toBe('0,70');
});
