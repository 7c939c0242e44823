import { PathExt } from '@jupyterlab/coreutils';
import type { ReportFile } from '../api';
import { Folders } from '../contents/folders';
import { formatSize, localeOf } from '../format';
import { failureOf, TaskNotice } from './notice';
import type { IReportServices } from './services';

const GO_TO_PATH = 'filebrowser:go-to-path';

/** A notification shows 140 characters; this many may come from a path. */
const MAX_PATH = 44;

/** Save a job's report into the folder that the file browser shows, and offer to show it there. */
export async function saveReport(
  jobId: string,
  services: IReportServices
): Promise<void> {
  const { commands, contents, defaultDrive, fileBrowser, jobs, translator } =
    services;
  const trans = translator.load('jupyterlab_aibro');
  const folders = new Folders(contents, defaultDrive?.name ?? null);
  const directory = folders.start(null, fileBrowser?.model.path ?? null);
  const notice = new TaskNotice(
    trans.__('Writing the report of job %1…', jobId)
  );
  let report: ReportFile;
  try {
    report = await jobs.client.saveReport(jobId, { directory });
  } catch (error) {
    const what = trans.__('The report was not written.');
    await notice.end(failureOf(what, error, trans));
    return;
  }
  const { path, size_bytes: size } = report;
  const showFile = {
    label: trans.__('Show file'),
    callback: () => void commands.execute(GO_TO_PATH, { path })
  };
  await notice.end({
    type: 'success',
    message: trans.__(
      'Report saved: %1, %2. It holds the model, data and log; send it only to people who may see them.',
      path.length > MAX_PATH ? PathExt.basename(path) : path,
      formatSize(size, localeOf(translator.languageCode))
    ),
    actions: commands.hasCommand(GO_TO_PATH) ? [showFile] : []
  });
  if (fileBrowser && folders.pathOf(fileBrowser.model.path) === directory) {
    await fileBrowser.model.refresh();
    await fileBrowser.selectItemByName(PathExt.basename(path));
  }
}
