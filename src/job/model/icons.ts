import { LabIcon } from '@jupyterlab/ui-components';

/**
 * Wrap the inner markup of a 16 × 16 drawing.
 *
 * `jp-icon3` follows the theme's text; what has no such class is painted by the style sheet through
 * `currentColor`, so that one shape can have the colour of its status.
 */
function icon(name: string, markup: string): LabIcon {
  return new LabIcon({
    name: `jupyterlab-aibro:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">${markup}</svg>`
  });
}

const THEMED = 'class="jp-icon3" fill="#616161"';

/** The attributes of a line in the colour of the status. */
function line(width = 1.6): string {
  return `fill="none" stroke="currentColor" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`;
}

/** A drawing of one line in the colour of the status. */
export function lineIcon(name: string, path: string): LabIcon {
  return icon(name, `<path d="${path}" ${line()}/>`);
}

/** The product's mark: a loss that falls, and the model at its end. */
export const aibroIcon = new LabIcon({
  name: 'jupyterlab-aibro:aibro',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
    <path class="jp-icon3 jp-icon-selectable" fill="#616161" d="M3 3h2v16h16v2H3z"/>
    <path class="jp-icon3 jp-icon-selectable" fill="#616161" d="M7.2 3.6 9.1 3c1.2 4.3 2.6 6.7 4.5 8.2 1 .8 2.1 1.3 3.4 1.6a2.6 2.6 0 1 1-.5 1.95c-1.6-.4-3-1-4.2-1.95C10 11 8.4 8.2 7.2 3.6z"/>
  </svg>`
});

export const queuingIcon = icon(
  'queuing',
  `<circle cx="8" cy="8" r="5.7" ${line()} stroke-dasharray="2.4 2.1"/><path d="M8 5.2V8l2 1.3" ${line()}/>`
);

export const trainingIcon = icon(
  'training',
  `<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.3" opacity=".45"/><circle cx="8" cy="8" r="3.6" fill="currentColor"/>`
);

export const completedIcon = icon(
  'completed',
  `<path d="M3 8.6 6.5 12 13 4.6" ${line(2.2)}/>`
);

export const failedIcon = icon(
  'failed',
  `<path d="m4 4 8 8M12 4l-8 8" ${line(2.2)}/>`
);

export const canceledIcon = icon(
  'canceled',
  `<circle cx="8" cy="8" r="5.7" ${line()}/><path d="M5.3 8h5.4" ${line()}/>`
);

export const unknownIcon = icon(
  'unknown',
  `<circle cx="8" cy="8" r="5.7" ${line()}/><path d="M6.5 6.6a1.5 1.5 0 1 1 2.2 1.3c-.5.3-.7.6-.7 1.1M8 11.1v.1" ${line(1.3)}/>`
);

export const launchingIcon = icon(
  'launching',
  `<rect x="2.5" y="3.5" width="11" height="9" rx="1.5" ${line()} stroke-dasharray="2.4 2.1"/>`
);

export const executingIcon = icon(
  'executing',
  `<rect x="2.5" y="3.5" width="11" height="9" rx="1.5" ${line()}/><path d="M6.5 6v4l3.4-2z" fill="currentColor"/>`
);

export const coolingIcon = icon(
  'cooling',
  `<path d="M8 2v12M2.8 5l10.4 6M13.2 5 2.8 11M6.5 2.9 8 4.2l1.5-1.3M6.5 13.1 8 11.8l1.5 1.3" ${line(1.3)}/>`
);

export const closingIcon = icon(
  'closing',
  `<rect x="2.5" y="3.5" width="11" height="9" rx="1.5" ${line()}/><path d="M5.8 8h4.4" ${line()}/>`
);

export const recordedIcon = icon(
  'recorded',
  `<path d="M3.2 8a4.8 4.8 0 1 0 1.5-3.5L3.3 5.8M3.2 2.9v3h3" ${line(1.4)}/>`
);

export const replayOfIcon = icon(
  'replay-of',
  `<rect x="2.5" y="5.5" width="8" height="8" rx="1.3" ${line(1.4)}/><path d="M5.5 2.9h6.6c.8 0 1.4.6 1.4 1.4v6.2" ${line(1.4)}/>`
);

export const importedIcon = icon(
  'imported',
  `<path d="M8 2.5v7M5.2 6.8 8 9.6l2.8-2.8M3 10.5v2.7h10v-2.7" ${line(1.4)}/>`
);

export const timelineIcon = icon(
  'timeline',
  `<path ${THEMED} d="M2 3h5v2H2zm3 4h6v2H5zm4 4h5v2H9z"/>`
);

export const compareIcon = icon(
  'compare',
  `<path ${THEMED} d="M2 2.5h9v2H2zm0 3h6v2H2zm0 3.5h12v2H2zm0 3h7v2H2z"/>`
);

export const logIcon = icon(
  'log',
  `<path ${THEMED} d="M2 3h12v1.5H2zm0 4h9v1.5H2zm0 4h11v1.5H2z"/>`
);

export const replayIcon = icon(
  'replay',
  `<path ${THEMED} d="M8 3a5.5 5.5 0 1 1-5.4 6.6h1.6A4 4 0 1 0 8 4.5H6.6V7L3 3.75 6.6.5V3zM6.8 6.3l3.7 2.2-3.7 2.2z"/>`
);

export const cancelIcon = icon('cancel', `<path ${THEMED} d="M4 4h8v8H4z"/>`);
