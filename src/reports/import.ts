import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job } from '../api';
import { Folders } from '../contents/folders';
import { formatSize, localeOf } from '../format';
import { CommandIDs } from '../tokens';
import { failureOf, TaskNotice } from './notice';
import type { IReportServices } from './services';

/** The first bytes of every zip file, and so of every report. */
const ZIP = 'PK\u0003\u0004';

/** Let the user choose files from their own computer; an empty list if they cancel. */
export function pickFiles(): Promise<File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.zip,application/zip';
  input.multiple = true;
  return new Promise(resolve => {
    const finish = (): void => resolve([...(input.files ?? [])]);
    input.addEventListener('change', finish);
    input.addEventListener('cancel', finish);
    input.click();
  });
}

/** Upload reports from the user's computer to the server, one after the other. */
export async function importFiles(
  files: readonly File[],
  services: IReportServices
): Promise<void> {
  const { jobs, translator } = services;
  const trans = translator.load('jupyterlab_aibro');
  const locale = localeOf(translator.languageCode);
  await importEach(
    files.map(file => ({
      name: file.name,
      size: formatSize(file.size, locale),
      bringIn: async signal => {
        if (!(await isZip(file))) {
          throw new Error(noReport(trans));
        }
        return jobs.client.uploadReport(file, signal);
      }
    })),
    services
  );
}

/** Import reports from the file browser. The server reads them itself. */
export async function importPaths(
  paths: readonly string[],
  services: IReportServices
): Promise<void> {
  const { contents, defaultDrive, jobs, translator } = services;
  const trans = translator.load('jupyterlab_aibro');
  const folders = new Folders(contents, defaultDrive?.name ?? null);
  await importEach(
    paths.map(dropped => ({
      name: PathExt.basename(dropped),
      size: null,
      bringIn: signal => {
        const path = folders.pathOf(dropped);
        if (path === null) {
          throw new Error(
            trans.__(
              'It lies on another drive than the server’s. Download it, and drop it from there.'
            )
          );
        }
        if (PathExt.extname(path) !== '.zip') {
          throw new Error(noReport(trans));
        }
        return jobs.client.importReport({ path }, signal);
      }
    })),
    services
  );
}

/** A report to be imported. */
interface IIncoming {
  readonly name: string;
  /** Formatted; null if unknown. */
  readonly size: string | null;
  /** @throws Error with a message for the user when the report cannot be imported. */
  bringIn(signal: AbortSignal): Promise<Job>;
}

/**
 * Import reports one by one, each with its own notification; then select the last one in the job
 * list.
 */
async function importEach(
  reports: readonly IIncoming[],
  services: IReportServices
): Promise<void> {
  let last: Job | null = null;
  for (const report of reports) {
    last = (await importOne(report, services)) ?? last;
  }
  const { commands } = services;
  if (last && commands.hasCommand(CommandIDs.showPanel)) {
    await commands.execute(CommandIDs.showPanel, { jobId: last.job_id });
  }
}

async function importOne(
  { name, size, bringIn }: IIncoming,
  { commands, translator }: IReportServices
): Promise<Job | null> {
  const trans = translator.load('jupyterlab_aibro');
  const abort = new AbortController();
  const notice = new TaskNotice(
    size === null
      ? trans.__('Importing “%1”…', name)
      : trans.__('Importing “%1”, %2…', name, size),
    [{ label: trans.__('Cancel'), callback: () => abort.abort() }]
  );
  try {
    const job = await bringIn(abort.signal);
    const { job_id: jobId, description } = job;
    const replay = {
      label: trans.__('Replay…'),
      callback: () => void commands.execute(CommandIDs.replay, { jobId })
    };
    await notice.end({
      type: 'success',
      message: trans.__('Imported “%1” from “%2”.', description || jobId, name),
      actions: commands.hasCommand(CommandIDs.replay) ? [replay] : []
    });
    return job;
  } catch (error) {
    const what = trans.__('“%1” was not imported.', name);
    await notice.end(
      abort.signal.aborted ? null : failureOf(what, error, trans)
    );
    return null;
  }
}

/** Checked before the upload, so that a wrong file of 10 GB is not sent; the server checks the rest. */
async function isZip(file: File): Promise<boolean> {
  try {
    return (await file.slice(0, ZIP.length).text()) === ZIP;
  } catch {
    // A folder was dropped, which cannot be read.
    return false;
  }
}

function noReport(trans: TranslationBundle): string {
  return trans.__(
    'It is not a report. Those that “Save Report” writes are zip files.'
  );
}
