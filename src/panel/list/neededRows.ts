import type { SparseRows } from './rows';

/** Rows are asked for in aligned pages of this size. */
export const PAGE = 100;

/** As many rows are kept; when there are more, those far from the visible ones are forgotten, to be asked for again. */
const KEPT = 5000;

/** Consecutive rows, both ends included. */
export type RowRange = readonly [first: number, last: number];

const TOP: RowRange = [0, PAGE - 1];

/** Which rows of a long list have to be known: the visible ones, those a selection needs, and both ends. */
export class NeededRows {
  private _visible = TOP;
  private _needed: RowRange | null = null;

  get firstVisible(): number {
    return this._visible[0];
  }

  setVisible(range: RowRange): void {
    this._visible = range;
  }

  /** Have these rows known besides the visible ones. */
  setNeeded(range: RowRange | null): void {
    this._needed = range;
  }

  /** Begin at the top of another list. */
  reset(): void {
    this._visible = TOP;
    this._needed = null;
  }

  /** The next row that has to be known and is not; -1 when there is none. */
  firstUnknown(rows: SparseRows): number {
    const ranges = this._needed
      ? [this._visible, this._needed]
      : [this._visible];
    for (const [first, last] of ranges) {
      for (let index = first; index <= last && index < rows.length; index++) {
        if (!rows.at(index)) {
          return index;
        }
      }
    }
    // The top is always known, for it tells new jobs from old ones whose rows are unknown; so is the
    // end, because people jump there.
    const ends = rows.length ? [0, rows.length - 1] : [];
    return ends.find(index => !rows.at(index)) ?? -1;
  }

  /** Forget rows far from the visible ones when too many are known. */
  forgetFar(rows: SparseRows): void {
    if (rows.known <= KEPT) {
      return;
    }
    const [first, last] = this._visible;
    const reach = KEPT / 4;
    rows.forget(
      index =>
        index >= PAGE &&
        index < rows.length - PAGE &&
        (index < first - reach || index > last + reach)
    );
  }
}
