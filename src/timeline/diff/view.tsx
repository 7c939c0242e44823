import * as React from 'react';
import type { TimelineDiff } from '../../api';
import type { Chart } from '../../chart/chart';
import { TableAside } from '../../chart/TableAside';
import { nameOf } from '../../job/model/job';
import { ChartView } from '../chartView';
import type { ITimelineServices } from '../chartView';
import { diffDrawing } from './figure';
import { DiffHeader, DiffTable } from './parts';
import { readDiff } from './reading';
import type { IDiffReading } from './reading';
import { DIFFS } from './source';

/** Two jobs period by period, up to date until both end. */
export class DiffView extends ChartView<TimelineDiff, IDiffReading> {
  constructor(
    diff: TimelineDiff,
    private readonly _services: ITimelineServices
  ) {
    super(diff, { ..._services, source: DIFFS, readAt: readDiff });
    this.addClass('jp-Aibro-Diff');
    this.refresh();
  }

  protected override plot(chart: Chart): void {
    const { trans } = this._services;
    const { first, second, sentence } = this.snapshot;
    chart.draw(
      diffDrawing(this.reading, this._services),
      trans.__(
        '%1 and %2, period by period. %3',
        nameOf(first),
        nameOf(second),
        sentence
      )
    );
  }

  protected override renderHeader(): React.JSX.Element {
    return (
      <DiffHeader
        diff={this.snapshot}
        reading={this.reading}
        state={this.state}
        language={this._services}
      />
    );
  }

  protected override renderFooter(): React.JSX.Element {
    const { trans } = this._services;
    return (
      <TableAside
        table={
          <DiffTable
            diff={this.snapshot}
            reading={this.reading}
            language={this._services}
          />
        }
        failure={this.failure}
        trans={trans}
      />
    );
  }
}
