/* What charts are drawn on in specs: every letter is 7 px wide. */
import type { ICanvas } from '../src/chart/canvas';
import type { IText } from '../src/chart/texts';

/** A page with so much room. */
export function canvas(width: number): ICanvas {
  return {
    width,
    text: '#111111',
    mutedText: '#666666',
    background: '#ffffff',
    border: '#cccccc',
    grid: '#eeeeee',
    fontFamily: 'sans-serif',
    fontSize: 13,
    measure: text => 7 * text.length
  };
}

/** The boxes of all texts in px. */
export function boxes(texts: readonly IText[]) {
  return texts.map(({ lines, x, y, anchor }) => {
    const wide = 7 * Math.max(...lines.map(line => line.length));
    const left = anchor === 'end' ? x - wide : x;
    return { text: lines.join(' '), left, right: left + wide, y };
  });
}
