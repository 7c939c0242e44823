import type { Layout } from 'plotly.js';
import type { ICanvas } from './canvas';

/**
 * The part of the layout that all charts share.
 *
 * @param height - of the drawing, in px.
 */
export function commonLayout(height: number, canvas: ICanvas): Partial<Layout> {
  return {
    width: canvas.width,
    height,
    autosize: false,
    showlegend: false,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    dragmode: false,
    font: {
      family: canvas.fontFamily,
      size: canvas.fontSize,
      color: canvas.text
    },
    hoverlabel: {
      align: 'left',
      bgcolor: canvas.background,
      bordercolor: canvas.border,
      font: {
        family: canvas.fontFamily,
        size: canvas.fontSize,
        color: canvas.text
      }
    }
  };
}
