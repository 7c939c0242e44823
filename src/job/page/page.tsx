import '../../../style/job-page.css';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import type { Widget } from '@lumino/widgets';
import * as React from 'react';
import type { Job } from '../../api';
import { Part } from '../../chart/part';
import { LogViewer } from '../../log/viewer';
import { TimelinePage } from '../../timeline/page';
import { PageFeed } from './feed';
import type { IOpenState } from './feed';
import { Header } from './Header';
import { MetricsView } from './metrics';
import { Overview } from './Overview';
import { RecordingTab } from './RecordingTab';
import type { IJobPageServices } from './services';
import { TabList } from './TabList';
import { tabsOf } from './tabs';
import type { TabName } from './tabs';

/** How often running clocks are updated, in ms. */
const TICK = 1000;

/** Everything about a job, in tabs. The content of a tab is created when the tab is first selected. */
export class JobPage extends Panel {
  constructor(
    readonly jobId: string,
    private _tab: TabName,
    private readonly _services: IJobPageServices
  ) {
    super();
    this.addClass('jp-Aibro-JobPage');
    this.node.tabIndex = -1;
    this._head = new Part('jp-Aibro-JobPage-head', () => this._renderHead());
    this._body = new Panel();
    this._body.addClass('jp-Aibro-JobPage-body');
    this.addWidget(this._head);
    this.addWidget(this._body);
    this._clock = setInterval(() => this._onTick(), TICK);
    this._feed = new PageFeed(jobId, _services.jobs, _services.trans);
    this._feed.changed.connect(this._refresh, this);
    this._refresh();
  }

  /** Emitted when the job has changed, and when it is first read. */
  get changed(): ISignal<this, Job> {
    return this._changed;
  }

  /** Emitted when another tab was selected. */
  get tabChanged(): ISignal<this, TabName> {
    return this._tabChanged;
  }

  get tab(): TabName {
    return this._tab;
  }

  /** Select a tab; selects the overview if this job does not have the tab. */
  select(tab: TabName): void {
    if (tab !== this._tab) {
      this._tab = tab;
      this._refresh();
      this._tabChanged.emit(this._tab);
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    clearInterval(this._clock);
    this._feed.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const { activeElement } = document;
    const isOnTab = activeElement?.getAttribute('role') === 'tab';
    if (
      activeElement === this.node ||
      isOnTab ||
      !this.node.contains(activeElement)
    ) {
      const tab = document.getElementById(this._idOf(this._tab, 'tab'));
      (tab ?? this.node).focus();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._refresh();
  }

  private _onTick(): void {
    const { state } = this._feed;
    const isLive = state.kind === 'open' && state.feed.state.kind === 'live';
    if (isLive && this.isVisible) {
      this._update();
    }
  }

  private _refresh(): void {
    const { state } = this._feed;
    if (state.kind === 'open') {
      const { job } = state.feed.snapshot;
      if (!tabsOf(job).includes(this._tab)) {
        this._tab = 'overview';
      }
      this._show(job);
      this._changed.emit(job);
    }
    this._update();
  }

  /** Redraw the visible parts that do not follow the job themselves. */
  private _update(): void {
    this._head.update();
    const part = this._parts.get(this._tab);
    if (part instanceof Part) {
      part.update();
    }
  }

  /** Show the content of the selected tab and hide all others. */
  private _show(job: Job): void {
    if (!this._parts.has(this._tab)) {
      const part = this._create(this._tab, job);
      part.id = this._idOf(this._tab, 'panel');
      part.node.setAttribute('role', 'tabpanel');
      part.node.setAttribute('aria-labelledby', this._idOf(this._tab, 'tab'));
      this._parts.set(this._tab, part);
      this._body.addWidget(part);
    }
    this._parts.forEach((part, tab) => part.setHidden(tab !== this._tab));
  }

  private _create(tab: TabName, job: Job): Widget {
    const { jobs, locale, settings, trans } = this._services;
    const services = this._services;
    switch (tab) {
      case 'overview':
        return scrolling(
          this._part(({ feed }) => (
            <Overview card={feed.snapshot} now={feed.now} services={services} />
          ))
        );
      case 'timeline':
        return new TimelinePage(this.jobId, services);
      case 'metrics':
        return scrolling(
          new MetricsView(this.jobId, () => this._job ?? job, services)
        );
      case 'log':
        return new LogViewer(jobs, this.jobId, settings, trans, locale);
      case 'recording':
        return scrolling(
          this._part(({ feed }) => (
            <RecordingTab job={feed.snapshot.job} services={services} />
          ))
        );
    }
  }

  private _part(render: (state: IOpenState) => React.JSX.Element): Part {
    return new Part('jp-Aibro-JobPage-part', () =>
      this._feed.state.kind === 'open' ? render(this._feed.state) : <></>
    );
  }

  private _renderHead(): React.JSX.Element {
    const { jobs, locale, trans } = this._services;
    const { state } = this._feed;
    switch (state.kind) {
      case 'loading':
        return (
          <p className="jp-Aibro-JobPage-note" role="status">
            {trans.__('Loading the job…')}
          </p>
        );
      case 'failed':
        return (
          <p className="jp-Aibro-JobPage-note" role="alert">
            {state.message}{' '}
            <button
              type="button"
              className="jp-mod-styled"
              onClick={() => void this._feed.retry()}
            >
              {trans.__('Retry')}
            </button>
          </p>
        );
      case 'open':
        return (
          <>
            <Header
              card={state.feed.snapshot}
              state={state.feed.state}
              isOnline={jobs.connection.kind === 'online'}
              now={state.feed.now}
              trans={trans}
              locale={locale}
            />
            <TabList
              tabs={tabsOf(state.feed.snapshot.job)}
              selected={this._tab}
              trans={trans}
              idOf={(tab, part) => this._idOf(tab, part)}
              onSelect={tab => this.select(tab)}
              listRef={this._onTabs}
            />
          </>
        );
    }
  }

  private get _job(): Job | null {
    const { state } = this._feed;
    return state.kind === 'open' ? state.feed.snapshot.job : null;
  }

  /** If the page has the focus when the tabs appear, move the focus to the selected tab. */
  private readonly _onTabs = (list: HTMLElement | null): void => {
    if (document.activeElement === this.node) {
      list?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
  };

  private _idOf(tab: TabName, part: 'tab' | 'panel'): string {
    return `jp-aibro-job-${this.jobId}-${tab}-${part}`;
  }

  private readonly _changed = new Signal<this, Job>(this);
  private readonly _tabChanged = new Signal<this, TabName>(this);
  private readonly _clock: ReturnType<typeof setInterval>;
  private readonly _feed: PageFeed;
  private readonly _head: Part;
  private readonly _body: Panel;
  private readonly _parts = new Map<TabName, Widget>();
}

/** Make a scrolling part focusable, so that it can be scrolled with the keyboard. */
function scrolling<T extends Widget>(part: T): T {
  part.node.tabIndex = 0;
  return part;
}
