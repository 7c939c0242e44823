import type { Widget } from '@lumino/widgets';
import { JOB_MIME } from '../../api';
import type { JobCard } from '../../api';
import { OutputRenderer } from '../../output/renderer';
import type { IOutputKind } from '../../output/renderer';
import { parseCard } from './parse';
import type { ICardServices } from './view';

/** What a card in a notebook output needs, in addition to what every card needs. */
export interface ICardOutputServices extends ICardServices {
  /** Whether the document that contains this widget may be modified. */
  mayChange(widget: Widget): boolean | Promise<boolean>;
}

/** Create the renderer that draws the card in an output. */
export function cardRenderer(services: ICardOutputServices): OutputRenderer {
  const { jobs, mayChange, trans } = services;
  const card: IOutputKind<JobCard> = {
    parse: parseCard,
    create: async snapshot => {
      const { JobCardView } = await import(
        /* webpackChunkName: 'job-card' */ './view'
      );
      return new JobCardView(snapshot, services);
    },
    bundle: async ({ job }, client) => {
      const {
        card: snapshot,
        html,
        text
      } = await client.cardBundle(job.job_id);
      return { snapshot, html, text };
    }
  };
  return new OutputRenderer({
    mimeType: JOB_MIME,
    kinds: [card],
    unreadable: trans.__(
      'This card cannot be read. Run the cell again to show a new one.'
    ),
    jobs,
    trans,
    mayChange
  });
}
