import { MainAreaWidget } from '@jupyterlab/apputils';
import type { IThemeManager } from '@jupyterlab/apputils';
import type { Contents } from '@jupyterlab/services';
import type { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { closeWhenDeleted } from '../../application/closeWhenDeleted';
import { Folders } from '../../contents/folders';
import { localeOf } from '../../format';
import { replayOfIcon } from '../../job/model/icons';
import type { IJobs } from '../../tokens';
import { ReplayPage } from './page';

/** The parts of JupyterLab that a replay's page uses; those that are null are optional. */
export interface IReplayPageParts {
  readonly commands: CommandRegistry;
  readonly contents: Contents.IManager;
  readonly defaultDrive: Contents.IDrive | null;
  readonly jobs: IJobs;
  readonly themeManager: IThemeManager | null;
  readonly translator: ITranslator;
}

/** The page of a replay, for the main area; closes when the replay is deleted. */
export function createReplayPage(
  jobId: string,
  parts: IReplayPageParts
): MainAreaWidget<ReplayPage> {
  const { contents, defaultDrive, jobs, translator } = parts;
  const trans = translator.load('jupyterlab_aibro');
  const content = new ReplayPage(jobId, {
    ...parts,
    folders: new Folders(contents, defaultDrive?.name ?? null),
    trans,
    locale: localeOf(translator.languageCode)
  });
  const widget = new MainAreaWidget({ content, translator });
  widget.id = `jp-aibro-replay-${jobId}`;
  widget.title.label = trans.__('Replay');
  widget.title.caption = trans.__('Replay %1', jobId);
  widget.title.icon = replayOfIcon;
  widget.title.closable = true;
  content.feed.changed.connect(({ facts }) => {
    if (facts?.replay.description) {
      widget.title.label = facts.replay.description;
    }
  });
  closeWhenDeleted(widget, jobs, jobId);
  return widget;
}
