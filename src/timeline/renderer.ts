import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { JSONObject, PartialJSONObject } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import { Panel, Widget } from '@lumino/widgets';
import { TIMELINE_MIME } from '../api';
import type { Timeline, TimelineBundle } from '../api';
import { parseTimeline } from './parse';
import type { ITimelineServices, TimelineView } from './view';

/** A line of text in a notebook, in px, as its scroll bar guesses an output's height. */
const LINE = 17;

/** What an output needs beyond what every timeline needs. */
export interface IOutputServices extends ITimelineServices {
  /** True when the document that shows this widget may be changed. */
  mayChange(widget: Widget): boolean;
}

/**
 * The timeline in an output.
 *
 * Only this shell is loaded with JupyterLab; the view and plotly.js follow when a notebook has a
 * timeline. When the job ends, the output is rewritten in all its forms, so that a saved notebook
 * holds the end and not the moment of the call.
 */
export class TimelineRenderer extends Panel implements IRenderMime.IRenderer {
  constructor(services: IOutputServices) {
    super();
    this.addClass('jp-Aibro-TimelineOutput');
    this._services = services;
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
    const timeline = parseTimeline(model.data[TIMELINE_MIME]);
    if (!timeline) {
      this._showText(
        this._services.trans.__(
          'This timeline cannot be read. Run the cell again to draw a new one.'
        )
      );
      return;
    }
    if (this._view) {
      this._view.timeline = timeline;
      return;
    }
    this._reserve(model);
    try {
      const { TimelineView } = await import(
        /* webpackChunkName: 'timeline' */ './view'
      );
      this._showOnce(model, () => new TimelineView(timeline, this._services));
    } catch {
      this._showText(plainText(model));
    }
  }

  /** Keep the place until the view is there, so that nothing jumps. */
  private _reserve(model: IRenderMime.IMimeModel): void {
    const lines = plainText(model).split('\n').length;
    this.node.style.minHeight = `${lines * LINE}px`;
  }

  /** Unless the output changed or went away while the view was loaded. */
  private _showOnce(
    model: IRenderMime.IMimeModel,
    create: () => TimelineView
  ): void {
    if (this.isDisposed || this._model !== model || this._view) {
      return;
    }
    this._clear();
    this._view = create();
    this._view.ended.connect(this._onEnded, this);
    this.addWidget(this._view);
  }

  private _showText(text: string): void {
    this._clear();
    const note = new Widget({ node: document.createElement('pre') });
    note.addClass('jp-Aibro-Timeline-text');
    note.node.textContent = text;
    this.addWidget(note);
  }

  private _clear(): void {
    this._view = null;
    this.node.style.minHeight = '';
    for (const widget of [...this.widgets]) {
      widget.dispose();
    }
  }

  private _onEnded(view: TimelineView, { job_id, char_type }: Timeline): void {
    const { jobs, trans } = this._services;
    const model = this._model;
    if (!jobs || !model || !this._services.mayChange(this)) {
      return;
    }
    jobs.client.timelineBundle(job_id, char_type).then(
      bundle => {
        // The cell may have run again meanwhile.
        if (!view.isDisposed && this._model === model) {
          writeBack(model, bundle);
        }
      },
      (reason: unknown) => {
        console.warn(
          trans.__('The end of job %1 was not written back.', job_id),
          reason
        );
      }
    );
  }

  private readonly _services: IOutputServices;
  private _model: IRenderMime.IMimeModel | null = null;
  private _view: TimelineView | null = null;
}

/**
 * Put the server's bundle into an output, in all its forms, unless it is there already.
 *
 * @returns true when the output changed.
 */
export function writeBack(
  model: IRenderMime.IMimeModel,
  { timeline, html, text }: TimelineBundle
): boolean {
  const data: PartialJSONObject = {
    ...(model.data as PartialJSONObject),
    [TIMELINE_MIME]: timeline as unknown as JSONObject,
    'text/html': html,
    'text/plain': text
  };
  if (JSONExt.deepEqual(data, model.data)) {
    return false;
  }
  model.setData({ data });
  return true;
}

function plainText(model: IRenderMime.IMimeModel): string {
  const text = model.data['text/plain'];
  if (typeof text === 'string') {
    return text;
  }
  return Array.isArray(text) ? text.join('') : '';
}
