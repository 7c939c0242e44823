import { ReactWidget } from '@jupyterlab/ui-components';
import type * as React from 'react';

/** A part drawn by React inside a widget drawn by others; `update` draws it anew. */
export class Part extends ReactWidget {
  constructor(
    className: string,
    private readonly _draw: () => React.JSX.Element
  ) {
    super();
    this.addClass(className);
  }

  protected override render(): React.JSX.Element {
    return this._draw();
  }
}
