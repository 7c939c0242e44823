import type { Folders } from '../../contents/folders';
import type { IPageServices } from '../../timeline/page';

/** What a job's page works with. */
export interface IJobPageServices extends IPageServices {
  readonly folders: Folders;
  /** The address of a job's page; null where addresses lead nowhere. */
  readonly linkTo: ((jobId: string) => string) | null;
  /** BCP 47 tag for numbers and times; undefined is the browser's own. */
  readonly locale: string | undefined;
}
