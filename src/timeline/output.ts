import type { Widget } from '@lumino/widgets';
import { TIMELINE_MIME } from '../api';
import type { Timeline, TimelineDiff } from '../api';
import { isFields } from '../output/fields';
import { OutputRenderer } from '../output/renderer';
import type { IOutputKind } from '../output/renderer';
import type { ITimelineServices } from './chartView';
import { parseTimeline } from './parse';

/** What a timeline in an output needs beyond what every timeline needs. */
export interface ITimelineOutputServices extends ITimelineServices {
  /** True when the document that shows this widget may be changed. */
  mayChange(widget: Widget): boolean | Promise<boolean>;
}

/** Make what draws the timeline, or the two compared, in an output. */
export function timelineRenderer(
  services: ITimelineOutputServices
): OutputRenderer {
  const { jobs, mayChange, trans } = services;
  const timeline: IOutputKind<Timeline> = {
    parse: parseTimeline,
    create: async snapshot => {
      const { TimelineView } = await import(
        /* webpackChunkName: 'timeline' */ './view'
      );
      return new TimelineView(snapshot, services);
    },
    bundle: async ({ char_type, job_id }, client) => {
      const bundle = await client.timelineBundle(job_id, { char_type });
      return { ...bundle, snapshot: bundle.timeline };
    }
  };
  const diff: IOutputKind<TimelineDiff> = {
    parse: parseDiff,
    create: async snapshot => {
      const { DiffView } = await import(
        /* webpackChunkName: 'timeline-diff' */ './diff/view'
      );
      return new DiffView(snapshot, services);
    },
    bundle: async ({ first, second }, client) => {
      const bundle = await client.timelineDiffBundle(first.job_id, {
        with: second.job_id
      });
      return { ...bundle, snapshot: bundle.diff };
    }
  };
  return new OutputRenderer({
    mimeType: TIMELINE_MIME,
    kinds: [timeline, diff],
    unreadable: trans.__(
      'This timeline cannot be read. Run the cell again to draw a new one.'
    ),
    jobs,
    trans,
    mayChange
  });
}

/**
 * Two timelines in an output, which anyone may have written or cut.
 *
 * @returns `null` when it cannot be read as such.
 */
function parseDiff(data: unknown): TimelineDiff | null {
  if (!isFields(data) || typeof data.sentence !== 'string') {
    return null;
  }
  const first = parseTimeline(data.first);
  const second = parseTimeline(data.second);
  return first && second ? { first, second, sentence: data.sentence } : null;
}
