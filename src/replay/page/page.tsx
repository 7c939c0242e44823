import '../../../style/replay-page.css';
import type { IThemeManager } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';
import * as React from 'react';
import { Chart } from '../../chart/chart';
import { Part } from '../../chart/part';
import { hasEnded } from '../../job/model/job';
import type { IJobs } from '../../tokens';
import { linkActions, mainActions } from './actions';
import type { IActionServices } from './actions';
import { ReplayFeed } from './feed';
import type { IReplayFacts } from './feed';
import { chartWords, metricsDrawing } from './figure';
import { MetricsFooter } from './MetricsFooter';
import { MetricsHeader } from './MetricsHeader';
import { ReplayHeader } from './ReplayHeader';
import { metricNames, seriesOf } from './series';
import type { ISeries } from './series';

/** The services that a replay's page uses. */
export interface IReplayPageServices extends IActionServices {
  readonly jobs: IJobs;
  readonly themeManager: IThemeManager | null;
  /** BCP 47 tag for formatting numbers and times; undefined means the browser's default. */
  readonly locale: string | undefined;
}

/** The page of a replay: first its progress, then the verdict; its metrics beside the recorded ones. */
export class ReplayPage extends Panel {
  constructor(
    readonly jobId: string,
    private readonly _services: IReplayPageServices
  ) {
    super();
    this.addClass('jp-Aibro-ReplayPage');
    this.node.tabIndex = 0;
    this._chart = new Chart(_services);
    this._chart.failed.connect(this._refresh, this);
    const parts = [
      new Part('jp-Aibro-ReplayPage-header', () => this._renderHeader()),
      new Part('jp-Aibro-ReplayPage-metrics', () => this._renderMetrics()),
      new Part('jp-Aibro-ReplayPage-footer', () => this._renderFooter())
    ];
    this._parts = parts;
    const [header, metrics, footer] = parts;
    for (const widget of [header, metrics, this._chart, footer]) {
      this.addWidget(widget);
    }
    this.feed = new ReplayFeed(jobId, _services.jobs);
    this.feed.changed.connect(this._refresh, this);
    this._refresh();
  }

  readonly feed: ReplayFeed;

  override dispose(): void {
    this.feed.dispose();
    super.dispose();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    this.node.focus();
  }

  private _refresh(): void {
    const { facts } = this.feed;
    if (facts?.replay.replay_of != null) {
      this._plot(facts);
    }
    this._chart.setHidden(
      this._series === null || this._chart.failure !== null
    );
    this._parts.forEach(part => part.update());
  }

  /** Draw the chart again if its data or the chosen metric has changed. */
  private _plot(facts: IReplayFacts): void {
    const { recorded, recordedEpochs, replay, replayedEpochs } = facts;
    const names = metricNames(recordedEpochs, replayedEpochs);
    const metric =
      this._chosen !== null && names.includes(this._chosen)
        ? this._chosen
        : names.at(0);
    const plotted = [recordedEpochs, replayedEpochs, metric];
    if (plotted.every((part, index) => part === this._plotted[index])) {
      return;
    }
    this._plotted = plotted;
    this._names = names;
    if (metric === undefined) {
      this._series = null;
      return;
    }
    const { trans } = this._services;
    const series = seriesOf(metric, recordedEpochs, replayedEpochs);
    const epochs = Math.max(replay.epochs, recorded?.epochs ?? 0);
    this._series = series;
    this._chart.draw(
      metricsDrawing({ series, epochs, trans }),
      chartWords(series, trans)
    );
  }

  private _renderHeader(): React.JSX.Element {
    const { jobs, locale, trans } = this._services;
    const { facts, state } = this.feed;
    if (facts?.replay.replay_of == null) {
      return (
        <p className="jp-Aibro-ReplayPage-note" role="status">
          {facts
            ? trans.__('Job %1 is not a replay.', this.jobId)
            : state.kind === 'failed'
              ? state.message
              : state.kind === 'gone'
                ? trans.__('There is no job %1 here.', this.jobId)
                : trans.__('Loading the replay…')}
        </p>
      );
    }
    return (
      <ReplayHeader
        facts={facts}
        state={state}
        actions={mainActions(facts, this._services)}
        links={linkActions(facts, this._services)}
        trans={trans}
        locale={locale}
        now={jobs.now()}
      />
    );
  }

  private _renderMetrics(): React.JSX.Element {
    const { trans } = this._services;
    const { facts } = this.feed;
    if (facts?.replay.replay_of == null) {
      return <></>;
    }
    return (
      <>
        <h2>{trans.__('Recorded and replayed')}</h2>
        {this._series ? (
          <MetricsHeader
            metrics={this._names}
            metric={this._series.metric}
            hasRecorded={facts.recordedEpochs.length > 0}
            trans={trans}
            onSelect={metric => {
              this._chosen = metric;
              this._refresh();
            }}
          />
        ) : (
          <p className="jp-Aibro-ReplayPage-note">
            {hasEnded(facts.replay)
              ? trans.__('No epoch has ended, so there is nothing to draw.')
              : trans.__('The chart begins when the first epoch has ended.')}
          </p>
        )}
      </>
    );
  }

  private _renderFooter(): React.JSX.Element {
    return (
      <MetricsFooter
        series={this._series}
        differences={this.feed.facts?.verdict?.differences ?? []}
        failure={this._chart.failure}
        trans={this._services.trans}
      />
    );
  }

  private readonly _parts: readonly Part[];
  private readonly _chart: Chart;
  private _series: ISeries | null = null;
  private _names: readonly string[] = [];
  /** The input of the chart as last drawn, to see whether it has changed. */
  private _plotted: readonly unknown[] = [];
  /** The metric that the user chose; null for the default. */
  private _chosen: string | null = null;
}
