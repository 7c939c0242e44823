import { isExact, placeAt, settle, spanOf } from './geometry';
import type { IDrawn, ISettled, IViewport, Place } from './geometry';

const ROW = 17;

describe('the lines in a viewport', () => {
  /** Draw and settle as the component does. */
  const show = (
    place: Place,
    viewport: IViewport,
    heightOf: (line: number) => number
  ): { settled: ISettled; drawn: IDrawn } => {
    const span = spanOf(place, viewport);
    const tops = [0];
    for (let line = span.first; line <= span.last; line++) {
      tops.push(tops[tops.length - 1] + heightOf(line));
    }
    const drawn = { first: span.first, tops };
    const settled = settle(place, viewport, drawn);
    return settled
      ? { settled, drawn }
      : show({ kind: 'end' }, viewport, heightOf);
  };

  /** No gap above or below unless all lines are there. */
  const expectFilled = (
    { settled, drawn }: { settled: ISettled; drawn: IDrawn },
    { height, total }: IViewport
  ): void => {
    const bottom = settled.top + drawn.tops[drawn.tops.length - 1];
    expect(settled.top).toBeLessThanOrEqual(0);
    if (bottom < height - 1e-6) {
      expect([drawn.first, drawn.tops.length - 1]).toEqual([0, total]);
    }
  };

  const uneven = (line: number): number =>
    ROW * (1 + (line % 7 === 3 ? 20 : line % 3));
  const even = (): number => ROW;
  const totals = [1, 5, 30, 399, 401, 5000, 3_000_000];
  const places: Place[] = [
    { kind: 'end' },
    { kind: 'line', line: 0, offset: 0 },
    { kind: 'line', line: 0, offset: -500 },
    { kind: 'line', line: 0, offset: 9000 },
    ...[0, 0.001, 0.5, 0.77, 0.9999, 1].map(share => ({
      kind: 'share' as const,
      share
    }))
  ];

  it.each(totals)('fill it, whatever it shows of %i lines', total => {
    for (const height of [100, 671.5, 2000]) {
      const viewport = { total, height, rowHeight: ROW };
      for (const heightOf of [even, uneven]) {
        for (const place of places) {
          const shown = show(place, viewport, heightOf);
          expectFilled(shown, viewport);
          // What was settled stays where it is.
          const again = show(shown.settled.place, viewport, heightOf);
          expect(again.settled.place).toEqual(shown.settled.place);
          expect(again.settled.scrollTop).toBeCloseTo(shown.settled.scrollTop);
        }
      }
    }
  });

  it('are as many as fit on screen, of however many', () => {
    const viewport = { total: 3_000_000, height: 670, rowHeight: ROW };
    for (const place of places.slice(4)) {
      const { first, last } = spanOf(place, viewport);
      expect(last - first).toBeLessThan(45);
    }
  });

  it('are the last ones at the end, and the first ones at the beginning', () => {
    for (const total of totals) {
      const viewport = { total, height: 600, rowHeight: ROW };
      const end = show({ kind: 'share', share: 1 }, viewport, uneven).settled;
      const start = show({ kind: 'share', share: 0 }, viewport, uneven).settled;
      expect(end.isAtEnd || total <= 400).toBe(true);
      expect(start.place).toEqual({ kind: 'line', line: 0, offset: 0 });
      expect(start.scrollTop).toBe(0);
      const last = show({ kind: 'end' }, viewport, uneven).settled;
      expect(last.isAtEnd).toBe(true);
      expect(last.scrollTop).toBeCloseTo(last.scrollHeight - 600);
    }
  });

  it('stay where they are when lines are added below', () => {
    const before = { total: 5000, height: 600, rowHeight: ROW };
    const place = { kind: 'share' as const, share: 0.4 };
    const { settled } = show(place, before, uneven);
    const after = show(settled.place, { ...before, total: 9000 }, uneven);
    expect(after.settled.place).toEqual(settled.place);
    expect(after.settled.isAtEnd).toBe(false);
  });

  it('move with the scroll bar pixel by pixel where that can be', () => {
    for (const total of [300, 5000, 400_000]) {
      const viewport = { total, height: 600, rowHeight: ROW };
      expect(isExact(viewport, false)).toBe(true);
      const { scrollHeight } = show({ kind: 'end' }, viewport, even).settled;
      expect(scrollHeight).toBe(total * ROW);
      for (const scrollTop of [1, 100, 2345, scrollHeight - 601]) {
        const place = placeAt(scrollTop, scrollHeight, viewport);
        const { settled } = show(place, viewport, even);
        expect(settled.scrollTop).toBeCloseTo(scrollTop, 3);
        const { line, offset } = settled.place;
        expect(line * ROW + offset).toBeCloseTo(scrollTop, 3);
      }
    }
    expect(isExact({ total: 5000, height: 600, rowHeight: ROW }, true)).toBe(
      false
    );
  });

  it('are pointed at by the scroll bar where they were scrolled to', () => {
    const viewport = { total: 3_000_000, height: 600, rowHeight: ROW };
    for (const share of [0.1, 0.5, 0.93]) {
      const { settled } = show({ kind: 'share', share }, viewport, uneven);
      const way = settled.scrollHeight - 600;
      expect(settled.scrollTop / way).toBeCloseTo(share, 9);
      expect(settled.scrollHeight).toBeLessThan(17_000_000);
    }
  });
});
