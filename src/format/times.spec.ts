import { formatRecent, formatTimeOfDay } from '.';

describe('a moment', () => {
  const noon = new Date(2026, 10, 22, 12, 0, 5, 250).getTime() / 1000;

  it('of today needs no date', () => {
    expect(formatRecent(noon, noon + 60, 'de')).toBe('12:00:05');
  });

  it('of another day has one', () => {
    expect(formatRecent(noon, noon + 2 * 86400, 'de')).toBe(
      '22.11.2026, 12:00:05'
    );
  });

  it('tells periods of a few ms apart', () => {
    expect(formatTimeOfDay(noon, 'en')).toContain('05.250');
    expect(formatTimeOfDay(noon, 'de')).toContain('05,250');
  });
});
