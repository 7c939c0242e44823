import type { Epoch } from './_models';
import type { AibroClient } from './_client';

/**
 * Read the epochs of a job that ended after those that are known, however many answers that takes.
 *
 * @returns all of them in order; `known` itself when there are no others.
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
