import type { Folders } from '../../contents/folders';
import type { IPageServices } from '../../timeline/page';

/** The services that a job's page uses. */
export interface IJobPageServices extends IPageServices {
  readonly folders: Folders;
  /** Returns the URL of a job's page; null if the application has no such URLs. */
  readonly linkTo: ((jobId: string) => string) | null;
  /** BCP 47 tag for formatting numbers and times; undefined means the browser's default. */
  readonly locale: string | undefined;
}
