import type { SparseRows } from './rows';

/** Rows are asked for in aligned pages of this size. */
export const PAGE = 100;

/** Rows kept; beyond that those far from the sight are forgotten and asked for again. */
const KEPT = 5000;

/** Some neighbouring rows: the first and the last. */
export type Stretch = readonly [first: number, last: number];

const TOP: Stretch = [0, PAGE - 1];

/** Which rows of a long list have to be known: those looked at, those needed besides, and both ends. */
export class Sight {
  private _looked = TOP;
  private _needed: Stretch | null = null;

  /** The first row that is looked at. */
  get first(): number {
    return this._looked[0];
  }

  /** Look at these rows. */
  look(stretch: Stretch): void {
    this._looked = stretch;
  }

  /** Have these rows known as well. */
  need(stretch: Stretch | null): void {
    this._needed = stretch;
  }

  /** Look at the top of another list. */
  reset(): void {
    this._looked = TOP;
    this._needed = null;
  }

  /** The next row that has to be known and is not; -1 when there is none. */
  firstUnknown(rows: SparseRows): number {
    const stretches = this._needed
      ? [this._looked, this._needed]
      : [this._looked];
    for (const [first, last] of stretches) {
      for (let index = first; index <= last && index < rows.length; index++) {
        if (!rows.at(index)) {
          return index;
        }
      }
    }
    // The top tells new jobs from unknown old ones, so it is known always; and so is the end, which
    // is where a person jumps to.
    const ends = rows.length ? [0, rows.length - 1] : [];
    return ends.find(index => !rows.at(index)) ?? -1;
  }

  /** Forget rows far from those looked at when too many are known. */
  forgetFar(rows: SparseRows): void {
    if (rows.known <= KEPT) {
      return;
    }
    const [first, last] = this._looked;
    const reach = KEPT / 4;
    rows.forget(
      index =>
        index >= PAGE &&
        index < rows.length - PAGE &&
        (index < first - reach || index > last + reach)
    );
  }
}
