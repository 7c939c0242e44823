import {
  formatAgo,
  formatClock,
  formatCount,
  formatMetric,
  formatSize,
  localeOf
} from '.';

describe('times and numbers for people', () => {
  it.each([
    [0, '0:00'],
    [42.4, '0:42'],
    [42.5, '0:43'],
    [108.7, '1:49'],
    [3599.6, '1:00:00'],
    [725, '12:05'],
    [3723, '1:02:03'],
    [93784, '26:03:04'],
    [-3, '0:00']
  ])('%s seconds read %s', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });

  it.each([
    [30, 'now'],
    [125, '2 min. ago'],
    [7300, '2 hr. ago'],
    [86400, 'yesterday'],
    [86400 * 400, 'last yr.'],
    [-20, 'now']
  ])('%s seconds ago read %s', (ago, text) => {
    expect(formatAgo(1e9 - ago, 1e9, 'en')).toBe(text);
  });

  it('speaks the language of the interface', () => {
    expect(formatAgo(1e9 - 86400, 1e9, 'de')).toBe('gestern');
    expect(formatMetric(0.2134, 'de')).toBe('0,213');
  });

  it.each([
    [0.2134, '0.213'],
    [98.76, '98.8'],
    [0, '0'],
    [0.0000123, '1.2E-5'],
    [-123456, '-1.2E5'],
    [null, 'NaN']
  ])('the metric %s reads %s', (value, text) => {
    expect(formatMetric(value, 'en')).toBe(text);
  });

  it('groups large counts', () => {
    expect(formatCount(100000, 'en')).toBe('100,000');
  });

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [205_099, '205 kB'],
    [4_200_000, '4.2 MB'],
    [1e9, '1 GB'],
    [2.5e15, '2,500 TB']
  ])('%d bytes read %s', (bytes, text) => {
    expect(formatSize(bytes, 'en')).toBe(text);
  });

  it.each([
    ['fr_FR', 'fr-FR'],
    // The country comes from the browser, and it decides how dates are written.
    ['en', 'en-US'],
    ['de', 'de'],
    ['', undefined],
    [undefined, undefined]
  ])('the language code %s means the locale %s', (code, locale) => {
    expect(localeOf(code)).toBe(locale);
  });
});
