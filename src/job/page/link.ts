/** Links to a job: `…/lab?aibro-job=<job id>`. */

import type { IRouter } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import type { CommandRegistry } from '@lumino/commands';

const PARAMETER = 'aibro-job';
const FOLLOW_LINK = 'aibro:follow-link';
/** What JupyterLab does about workspaces, before a reload. */
const RELOADING = ['clone', 'reset'];

/** The address that opens a job, without the token that some servers ask for. */
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
 * The job that a link leads to, and the link without it, so that a reload does not lead there again.
 *
 * @param search - of the address, with its `?`.
 * @returns `null` when the link leads to no job, or not yet: JupyterLab itself first reloads some
 * addresses without what it was told by them.
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

/** Open the job that the address leads to. */
export function followLinks(
  router: IRouter,
  commands: CommandRegistry,
  open: (jobId: string) => Promise<void>
): void {
  commands.addCommand(FOLLOW_LINK, {
    // Only an address leads here.
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
