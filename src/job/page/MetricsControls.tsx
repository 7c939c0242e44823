import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Scale } from './figure';
import type { ILineStyle } from './lines';

/** The markers of the legend, on a 10 × 10 grid, drawn as plotly.js draws them. */
const MARKS: Readonly<Record<ILineStyle['shape'], string>> = {
  circle: 'M1.5 5a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0z',
  square: 'M1.5 1.5h7v7h-7z',
  diamond: 'M5 .5 9.5 5 5 9.5.5 5z',
  'triangle-up': 'M5 .8 9.3 8.3H.7z',
  'triangle-down': 'M5 9.2.7 1.7h8.6z'
};

/** Props of the controls above the chart. */
export interface IMetricsControlsProps {
  readonly styles: ReadonlyMap<string, ILineStyle>;
  readonly shown: readonly string[];
  readonly scale: Scale;
  readonly trans: TranslationBundle;
  onShow(name: string, isShown: boolean): void;
  onScale(scale: Scale): void;
}

/** The choice of metrics and of the scale; it is the chart's legend too. */
export function MetricsControls(
  props: IMetricsControlsProps
): React.JSX.Element {
  const { styles, scale, shown, trans } = props;
  return (
    <>
      <fieldset>
        <legend className="jp-Aibro-forReaders">{trans.__('Metrics')}</legend>
        {[...styles].map(([name, look]) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={shown.includes(name)}
              onChange={event => props.onShow(name, event.target.checked)}
            />
            <Key look={look} />
            <span translate="no">{name}</span>
          </label>
        ))}
      </fieldset>
      <label>
        {trans.__('Scale')}
        <HTMLSelect
          value={scale}
          aria-label={trans.__('Scale')}
          onChange={event =>
            props.onScale(event.target.value === 'log' ? 'log' : 'linear')
          }
        >
          <option value="linear">{trans.__('Linear')}</option>
          <option value="log">{trans.__('Logarithmic')}</option>
        </HTMLSelect>
      </label>
    </>
  );
}

function Key({ look }: { readonly look: ILineStyle }): React.JSX.Element {
  return (
    <svg width="28" height="10" aria-hidden="true">
      <line
        x1="0"
        y1="5"
        x2="28"
        y2="5"
        stroke={look.color}
        strokeWidth="2"
        strokeDasharray={look.dash === 'dash' ? '6 3' : undefined}
      />
      <path
        transform="translate(9 0)"
        d={MARKS[look.shape]}
        fill={look.color}
      />
    </svg>
  );
}
