/** The texts around the marks. Drawn here, because plotly.js takes longer to draw them than all the marks. */

const SVG = 'http://www.w3.org/2000/svg';

/** From one line of a text to the next, in parts of the size of the font. */
const LINE = 1.3;

/** A text in the chart's font, in px from the top left corner of the drawing. */
export interface IText {
  readonly lines: readonly string[];
  /** Of the end that `anchor` names. */
  readonly x: number;
  readonly anchor: 'start' | 'end';
  /** Of the middle of all lines. */
  readonly y: number;
  /** Plain by default. */
  readonly look?: 'muted' | 'strong';
}

/** An empty drawing for texts, as large as the node it is put into. */
export function textLayer(): SVGSVGElement {
  const layer = document.createElementNS(SVG, 'svg');
  layer.classList.add('jp-Aibro-chart-texts');
  return layer;
}

/** Replace the texts of a drawing. */
export function drawTexts(layer: SVGSVGElement, texts: readonly IText[]): void {
  layer.replaceChildren(...texts.map(textNode));
}

function textNode({ lines, x, anchor, y, look }: IText): SVGTextElement {
  const node = document.createElementNS(SVG, 'text');
  node.setAttribute('x', `${x}`);
  node.setAttribute('y', `${y}`);
  node.setAttribute('text-anchor', anchor);
  if (look) {
    node.classList.add(`jp-mod-${look}`);
  }
  if (lines.length === 1) {
    node.textContent = lines[0];
    return node;
  }
  const top = ((1 - lines.length) / 2) * LINE;
  node.replaceChildren(
    ...lines.map((line, index) => {
      const span = document.createElementNS(SVG, 'tspan');
      span.setAttribute('x', `${x}`);
      span.setAttribute('dy', `${index === 0 ? top : LINE}em`);
      span.textContent = line;
      return span;
    })
  );
  return node;
}
