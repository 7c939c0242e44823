import type { Timeline } from '../api';
import type { ISettings } from '../tokens';
import { LoadingPage } from './loadingPage';
import type { ILoadingServices } from './loadingPage';

/** What the page of a timeline needs. */
export interface IPageServices extends ILoadingServices {
  readonly settings: ISettings;
}

/** A job's timeline on a page of its own. */
export class TimelinePage extends LoadingPage<Timeline> {
  constructor(
    readonly jobId: string,
    services: IPageServices
  ) {
    super(services, async signal => {
      const { chart } = services.settings.current;
      const charType = chart === 'pie' ? 'pie' : 'funnel';
      const [timeline, { TimelineView }] = await Promise.all([
        services.jobs.client.timeline(jobId, { char_type: charType }, signal),
        import(/* webpackChunkName: 'timeline' */ './view')
      ]);
      const view = new TimelineView(timeline, services, chart);
      return { value: timeline, view };
    });
  }
}
