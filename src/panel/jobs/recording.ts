import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { AibroClient } from '../../api';
import { formatSize } from '../../format';
import { nameOf } from '../../job/model/job';

/**
 * Ask whether a job's recording may be deleted, saying what that frees and what stays.
 *
 * @throws AibroRequestError when there is no such job.
 */
export async function confirmDeletion(
  client: AibroClient,
  jobId: string,
  trans: TranslationBundle,
  locale: string | undefined
): Promise<boolean> {
  const [job, size] = await Promise.all([
    client.job(jobId),
    sizeOf(client, jobId)
  ]);
  const name = nameOf(job);
  const what =
    size === null
      ? trans.__('The recording of “%1” will be removed for good.', name)
      : trans.__(
          'The recording of “%1” will be removed for good. It takes %2; what other recorded jobs share of it stays.',
          name,
          formatSize(size, locale)
        );
  const { button } = await showDialog({
    title: trans.__('Delete recording?'),
    body: `${what} ${trans.__(
      'The job stays in the list with its log and its result, but it cannot be replayed any more.'
    )}`,
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Delete') })
    ]
  });
  return button.accept;
}

/** In bytes; null when the recording cannot be read, which is a reason to delete it. */
async function sizeOf(
  client: AibroClient,
  jobId: string
): Promise<number | null> {
  try {
    return (await client.recording(jobId)).size_bytes;
  } catch {
    return null;
  }
}
