import { Panel } from '@lumino/widgets';
import * as React from 'react';
import type { Epoch, Job } from '../../api';
import { Chart } from '../../chart/chart';
import { Part } from '../../chart/part';
import { TableAside } from '../../chart/TableAside';
import { metricNames } from '../../replay/page/series';
import { hasEnded } from '../model/job';
import { EpochFeed } from './epochs';
import { chartWords, hasPoints, hasUnloggable, metricsDrawing } from './figure';
import type { Scale } from './figure';
import { lineStyles, shownMetrics } from './lines';
import type { ILineStyle } from './lines';
import { MetricsControls } from './MetricsControls';
import { MetricsTable } from './MetricsTable';
import type { IJobPageServices } from './services';

/** A job's metrics over its epochs, live: a chart and a table. */
export class MetricsView extends Panel {
  /** @param _job - returns the job as it is now. */
  constructor(
    jobId: string,
    private readonly _job: () => Job,
    private readonly _services: IJobPageServices
  ) {
    super();
    this.addClass('jp-Aibro-JobPage-part');
    this._chart = new Chart(_services);
    this._chart.failed.connect(this._refresh, this);
    this._controls = new Part('jp-Aibro-JobPage-controls', () =>
      this._renderControls()
    );
    this._footer = new Part('jp-Aibro-JobPage-footer', () =>
      this._renderFooter()
    );
    this.addWidget(this._controls);
    this.addWidget(this._chart);
    this.addWidget(this._footer);
    this._feed = new EpochFeed(jobId, _services.jobs);
    this._feed.changed.connect(this._refresh, this);
    this._refresh();
  }

  override dispose(): void {
    this._feed.dispose();
    super.dispose();
  }

  private _refresh(): void {
    const { epochs } = this._feed;
    if (epochs !== this._epochs) {
      this._epochs = epochs;
      const names = metricNames(epochs);
      if (names.join() !== this._names.join()) {
        this._names = names;
        this._styles = lineStyles(names);
      }
    }
    this._shown = shownMetrics(this._names, this._chosen);
    this._chart.setHidden(!this._hasPoints || this._chart.failure !== null);
    this._plot();
    this._controls.update();
    this._footer.update();
  }

  private _plot(): void {
    const { locale, trans } = this._services;
    const job = this._job();
    const chart = {
      epochs: this._epochs,
      shown: this._shown,
      styles: this._styles,
      scale: this._scale,
      // A job that ended early has no more epochs to come, so the axis ends at its last epoch.
      last: hasEnded(job) ? 1 : job.epochs,
      trans,
      locale
    };
    this._chart.draw(metricsDrawing(chart), chartWords(chart, trans));
  }

  private _renderControls(): React.JSX.Element {
    const { trans } = this._services;
    if (this._names.length === 0) {
      return (
        <p className="jp-Aibro-JobPage-note" role="status">
          {this._emptyWords()}
        </p>
      );
    }
    return (
      <MetricsControls
        styles={this._styles}
        shown={this._shown}
        scale={this._scale}
        trans={trans}
        onShow={(name, isShown) => {
          this._chosen.set(name, isShown);
          this._refresh();
        }}
        onScale={scale => {
          this._scale = scale;
          this._refresh();
        }}
      />
    );
  }

  private _emptyWords(): string {
    const { trans } = this._services;
    const { state } = this._feed;
    switch (state.kind) {
      case 'loading':
        return trans.__('Loading the metrics…');
      case 'failed':
        return state.message;
      case 'live':
        return hasEnded(this._job())
          ? trans.__('No epoch has ended, so there is nothing to draw.')
          : trans.__('The chart begins when the first epoch has ended.');
    }
  }

  private _renderFooter(): React.JSX.Element {
    const { locale, trans } = this._services;
    if (this._names.length === 0) {
      return <></>;
    }
    const note = this._note();
    return (
      <>
        {note !== null && (
          <p className="jp-Aibro-JobPage-note" role="status">
            {note}
          </p>
        )}
        <TableAside
          table={
            <MetricsTable
              epochs={this._epochs}
              names={this._names}
              trans={trans}
              locale={locale}
            />
          }
          failure={this._chart.failure}
          trans={trans}
        />
      </>
    );
  }

  /** A note about the chart, if there is something the reader has to know. */
  private _note(): string | null {
    const { trans } = this._services;
    const { state } = this._feed;
    if (state.kind === 'failed') {
      return trans.__('Newer epochs could not be read: %1', state.message);
    }
    if (this._shown.length === 0) {
      return trans.__('Choose a metric to draw it.');
    }
    if (this._scale === 'log' && hasUnloggable(this._epochs, this._shown)) {
      return trans.__(
        'A logarithmic scale has no place for values of 0 and below.'
      );
    }
    return this._hasPoints
      ? null
      : trans.__('No value is a finite number, so there is nothing to draw.');
  }

  private get _hasPoints(): boolean {
    return hasPoints({
      epochs: this._epochs,
      scale: this._scale,
      shown: this._shown
    });
  }

  private readonly _feed: EpochFeed;
  private readonly _controls: Part;
  private readonly _chart: Chart;
  private readonly _footer: Part;
  /** For each metric that the user switched on or off, whether to draw it. */
  private readonly _chosen = new Map<string, boolean>();
  private _epochs: readonly Epoch[] = [];
  private _names: readonly string[] = [];
  private _styles: ReadonlyMap<string, ILineStyle> = new Map();
  private _shown: readonly string[] = [];
  private _scale: Scale = 'linear';
}
