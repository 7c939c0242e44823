import type { Epoch } from './_models';
import type { AibroClient } from './_client';

/**
 * Read the epochs of a job that ended after the known ones, page by page until there are no more.
 *
 * @returns all epochs in order; `known` itself (the same array) when there are no new ones.
 * @throws AibroRequestError when they cannot be read.
 */
export async function readEpochs(
  client: AibroClient,
  jobId: string,
  known: readonly Epoch[],
  signal: AbortSignal
): Promise<readonly Epoch[]> {
  let epochs = known;
  let more = true;
  while (more) {
    const after = epochs.at(-1)?.epoch ?? 0;
    const page = await client.epochs(jobId, { after }, signal);
    if (page.epochs.length === 0) {
      break;
    }
    epochs = [...epochs, ...page.epochs];
    more = page.more;
  }
  return epochs;
}
