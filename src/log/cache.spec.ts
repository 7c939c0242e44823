import { LineCache } from './cache';

describe('the lines that are known', () => {
  const page = (
    length: number,
    text = ''
  ): { text: string; omitted: number }[] =>
    Array.from({ length }, () => ({ text, omitted: 0 }));

  it('stay few however much of the log is looked at', () => {
    const cache = new LineCache();
    for (let first = 0; first < 200_000; first += 200) {
      const visible = { first, last: first + 40 };
      cache.add(first, page(200), visible);
      expect(cache.size).toBeLessThanOrEqual(10_200);
      expect(cache.get(first)).toBeDefined();
    }
    expect(cache.get(0)).toBeUndefined();
  });

  it('are fewer when they are long', () => {
    const cache = new LineCache();
    for (let first = 0; first < 20_000; first += 200) {
      cache.add(first, page(200, 'x'.repeat(10_000)), { first, last: first });
    }
    expect(cache.size).toBeLessThanOrEqual(1200);
  });

  it('are not counted twice when they come again', () => {
    const cache = new LineCache();
    for (let time = 0; time < 1000; time++) {
      cache.add(0, page(1, 'x'.repeat(30_000)), { first: 5000, last: 5000 });
    }
    expect(cache.size).toBe(1);
  });
});
