import { ReactWidget } from '@jupyterlab/ui-components';
import type * as React from 'react';

/** A part of a Lumino widget that React draws; `update` draws it again. */
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
