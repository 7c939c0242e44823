import type { LogLine } from '../api';

/** Lines kept in the browser. */
const KEPT = 10_000;

/** Characters kept; lines may be long. */
const KEPT_CHARACTERS = 8_000_000;

/** Lines around the visible ones that stay when room is made. */
const REACH = 500;

/** A range of lines, both ends included. */
export interface ISpan {
  readonly first: number;
  readonly last: number;
}

/** The lines that are known, by number, in bounded memory. */
export class LineCache {
  private readonly _lines = new Map<number, LogLine>();
  private _characters = 0;

  get(index: number): LogLine | undefined {
    return this._lines.get(index);
  }

  /** How many lines are known. */
  get size(): number {
    return this._lines.size;
  }

  /**
   * Keep consecutive lines.
   *
   * @param first - the number of the first of them.
   * @param visible - the visible lines: when room has to be made, those far from them are dropped.
   */
  add(first: number, lines: readonly LogLine[], visible: ISpan): void {
    lines.forEach((line, offset) => {
      this._characters += line.text.length;
      this._characters -= this._lines.get(first + offset)?.text.length ?? 0;
      this._lines.set(first + offset, line);
    });
    if (this._lines.size > KEPT || this._characters > KEPT_CHARACTERS) {
      this._forgetFar(visible);
    }
  }

  private _forgetFar({ first, last }: ISpan): void {
    for (const [index, { text }] of this._lines) {
      if (index < first - REACH || index > last + REACH) {
        this._characters -= text.length;
        this._lines.delete(index);
      }
    }
  }
}
