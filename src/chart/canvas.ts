/** What the page decides about a chart; colours as CSS colours, sizes in px. */
export interface ICanvas {
  readonly width: number;
  readonly text: string;
  readonly mutedText: string;
  readonly background: string;
  readonly border: string;
  /** For lines that only guide the eye. */
  readonly grid: string;
  readonly fontFamily: string;
  readonly fontSize: number;
  /** The width of a text in this font. */
  measure(text: string): number;
}

/**
 * Read from the page what a chart in this node has to look like.
 *
 * JupyterLab's CSS variables are read at every drawing, so that a chart follows the theme.
 *
 * @param width - of the drawing, in px.
 */
export function readCanvas(node: HTMLElement, width: number): ICanvas {
  const style = getComputedStyle(node);
  const context = document.createElement('canvas').getContext('2d');
  const fontSize = parseFloat(style.fontSize) || 13;
  const fontFamily = style.fontFamily || 'sans-serif';
  if (context) {
    context.font = `${fontSize}px ${fontFamily}`;
  }
  /** A variable's colour, in a notation that plotly.js can read. */
  const colour = (name: string, otherwise: string): string => {
    const value = style.getPropertyValue(name).trim();
    if (!context || !value) {
      return value || otherwise;
    }
    context.fillStyle = otherwise;
    context.fillStyle = value;
    return context.fillStyle;
  };
  return {
    width,
    text: colour('--jp-ui-font-color1', '#212121'),
    mutedText: colour('--jp-ui-font-color2', '#616161'),
    background: colour('--jp-layout-color0', '#ffffff'),
    border: colour('--jp-border-color1', '#bdbdbd'),
    grid: colour('--jp-border-color2', '#e0e0e0'),
    fontFamily,
    fontSize,
    measure: text =>
      context ? context.measureText(text).width : text.length * fontSize * 0.6
  };
}
