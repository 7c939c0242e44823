/** Pure handling of log text. */

/** Escape sequences of terminals: colours, cursor moves, titles. */
const ESCAPES =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

/** Text as a file would show it: no escape sequences. */
export function stripEscapes(text: string): string {
  return text.replace(ESCAPES, '');
}

/** The end of a log, in bounded memory. */
export class LogTail {
  private _text = '';
  private _isCut = false;

  /** Keep `_limit` characters at most. */
  constructor(private readonly _limit: number) {}

  /** What is kept, as a terminal would have it on screen. */
  get text(): string {
    return this._text;
  }

  /** Whether earlier text was left out. */
  get isCut(): boolean {
    return this._isCut;
  }

  /** Say that the log did not begin with what comes first here. */
  markCut(): void {
    this._isCut = true;
  }

  /** Add what was written; a carriage return writes its line anew, as progress bars do. */
  append(text: string): void {
    const whole = (this._text + stripEscapes(text)).replaceAll('\r\n', '\n');
    // A `\r` at the very end may be half of a line's end that is still to come.
    const redrawn = whole.replace(/[^\n\r]*\r+(?=[^\n\r])/g, '');
    if (redrawn.length <= this._limit) {
      this._text = redrawn;
      return;
    }
    const tail = redrawn.slice(-this._limit);
    this._text = tail.slice(tail.indexOf('\n') + 1);
    this._isCut = true;
  }
}
