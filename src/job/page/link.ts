/** Links to a job: `…/lab?aibro-job=<job id>`. */

import type { IRouter } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import type { CommandRegistry } from '@lumino/commands';

const PARAMETER = 'aibro-job';
const FOLLOW_LINK = 'aibro:follow-link';
/** The query parameters with which JupyterLab changes workspaces and then reloads the page. */
const RELOADING = ['clone', 'reset'];

/** The URL that opens a job, without the token that some servers require. */
export function linkTo(jobId: string): string {
  const application = PageConfig.getUrl({
    mode: 'multiple-document',
    toShare: true,
    treePath: '',
    workspace: PageConfig.defaultWorkspace
  });
  return `${application}?${PARAMETER}=${encodeURIComponent(jobId)}`;
}

/**
 * Read the job from a link, and the link without it, so that a reload does not open the job again.
 *
 * @param search - the query string, with its `?`.
 * @returns `null` when the link names no job, or when JupyterLab is about to reload the page (for
 * `clone` and `reset`): then the link is followed after the reload.
 */
export function readLink(
  search: string
): { readonly jobId: string; readonly rest: string } | null {
  const parameters = new URLSearchParams(search);
  const jobId = parameters.get(PARAMETER);
  if (!jobId || RELOADING.some(name => parameters.has(name))) {
    return null;
  }
  parameters.delete(PARAMETER);
  const rest = parameters.toString();
  return { jobId, rest: rest && `?${rest}` };
}

/** Open the job that the page's URL names. */
export function followLinks(
  router: IRouter,
  commands: CommandRegistry,
  open: (jobId: string) => Promise<void>
): void {
  commands.addCommand(FOLLOW_LINK, {
    // The router runs this command; it is hidden from users.
    isVisible: () => false,
    execute: async args => {
      const { hash, path, search = '' } = args as IRouter.ILocation;
      const link = readLink(search);
      if (link) {
        router.navigate(`${path}${link.rest}${hash}`, { skipRouting: true });
        await open(link.jobId);
      }
    }
  });
  router.register({
    command: FOLLOW_LINK,
    pattern: new RegExp(`[?&]${PARAMETER}=[^&#]`)
  });
}
