import { MainAreaWidget } from '@jupyterlab/apputils';
import type { IThemeManager } from '@jupyterlab/apputils';
import type { Contents } from '@jupyterlab/services';
import type { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { closeWhenDeleted } from '../../application/closeWhenDeleted';
import { Folders } from '../../contents/folders';
import { localeOf } from '../../format';
import type { IJobs, ISettings } from '../../tokens';
import { aibroIcon } from '../model/icons';
import { nameOf } from '../model/job';
import { jobLook } from '../model/status';
import { JobPage } from './page';
import { tabOf } from './tabs';

/** The parts of JupyterLab that a job's page uses; those that are null are optional. */
export interface IJobPageParts {
  readonly commands: CommandRegistry;
  readonly contents: Contents.IManager;
  readonly defaultDrive: Contents.IDrive | null;
  readonly jobs: IJobs;
  /** Returns the URL of a job's page; null if the application has no such URLs. */
  readonly linkTo: ((jobId: string) => string) | null;
  readonly settings: ISettings;
  readonly themeManager: IThemeManager | null;
  readonly translator: ITranslator;
}

/**
 * A job's own page, for the main area; closes when the job is deleted.
 *
 * @param tab - the tab to open first; the overview if there is no tab of this name.
 */
export function createJobPage(
  jobId: string,
  tab: unknown,
  parts: IJobPageParts
): MainAreaWidget<JobPage> {
  const { contents, defaultDrive, jobs, translator } = parts;
  const trans = translator.load('jupyterlab_aibro');
  const content = new JobPage(jobId, tabOf(tab), {
    ...parts,
    folders: new Folders(contents, defaultDrive?.name ?? null),
    trans,
    locale: localeOf(translator.languageCode)
  });
  const widget = new MainAreaWidget({ content, translator });
  widget.toolbar.hide();
  widget.id = `jp-aibro-job-${jobId}`;
  widget.title.label = trans.__('Job %1', jobId);
  widget.title.caption = trans.__('Job %1', jobId);
  widget.title.icon = aibroIcon;
  widget.title.closable = true;
  content.changed.connect((_, job) => {
    widget.title.label = nameOf(job);
    widget.title.icon = jobLook(job).icon;
  });
  closeWhenDeleted(widget, jobs, jobId);
  return widget;
}
