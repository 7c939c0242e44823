/* Helpers for specs of charts. Every character counts as 7 px wide. */
import type { ICanvas } from '../src/chart/canvas';
import type { IText } from '../src/chart/texts';

/** A canvas of this width. */
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

/** The bounding boxes of all texts, in px. */
export function boxes(texts: readonly IText[]) {
  return texts.map(({ lines, x, y, anchor }) => {
    const wide = 7 * Math.max(...lines.map(line => line.length));
    const left = anchor === 'end' ? x - wide : x;
    return { text: lines.join(' '), left, right: left + wide, y };
  });
}
