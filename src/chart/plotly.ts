/** The parts of plotly.js the charts need (lines are in its core); only ever imported lazily, it is the bulk of the extension. */
import Plotly from 'plotly.js/lib/core';
import bar from 'plotly.js/lib/bar';
import funnel from 'plotly.js/lib/funnel';
import pie from 'plotly.js/lib/pie';

Plotly.register([bar, funnel, pie]);

export const { purge, react } = Plotly;
