import type { TimelineDiff } from '../../api';
import { LoadingPage } from '../loadingPage';
import type { ILoadingServices } from '../loadingPage';

/** Two jobs' timelines compared on a page of their own. */
export class DiffPage extends LoadingPage<TimelineDiff> {
  constructor(
    readonly first: string,
    readonly second: string,
    services: ILoadingServices
  ) {
    super(services, async signal => {
      const [diff, { DiffView }] = await Promise.all([
        services.jobs.client.timelineDiff(first, { with: second }, signal),
        import(/* webpackChunkName: 'timeline-diff' */ './view')
      ]);
      return { value: diff, view: new DiffView(diff, services) };
    });
  }
}
