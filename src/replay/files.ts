/** The folders that contain a job's files. */

import { PageConfig, PathExt, URLExt } from '@jupyterlab/coreutils';
import type { CommandRegistry } from '@lumino/commands';
import type { ReplayRequest, SavedFolders } from '../api';
import type { Folders } from '../contents/folders';
import { SUBFOLDER } from './state';
import type { FolderField } from './state';

const GO_TO_PATH = 'filebrowser:go-to-path';
/** Notebook 7's command that opens its file page; its notebook pages have no file browser. */
const OPEN_TREE = 'application:open-tree';

/** The folders that a replay with this request saves into. */
export function savedFolders(body: ReplayRequest, jobId: string): SavedFolders {
  const folder = (field: FolderField): string | null => {
    const base = body[field];
    return base === null ? null : PathExt.join(base, SUBFOLDER[field], jobId);
  };
  return {
    checkpoints: folder('directory_to_save_ckpt'),
    log: folder('directory_to_save_log')
  };
}

/** The folders that change when the job saves files, beginning with those that contain the files. */
export function changingFolders({ checkpoints, log }: SavedFolders): string[] {
  const files = [checkpoints, log].filter(path => path !== null);
  const kinds = files.map(PathExt.dirname);
  return [...files, ...kinds, ...kinds.map(PathExt.dirname)];
}

/**
 * Make the action that shows a job's files in the file browser.
 *
 * @returns `null` when the job saves no files or there is no file browser. The action shows the
 * first folder that exists: some may not have been created yet, or may have been deleted.
 */
export function filesAction(
  commands: CommandRegistry,
  folders: Folders,
  saved: SavedFolders
): (() => void) | null {
  const paths = changingFolders(saved);
  const show = folderShower(commands);
  if (paths.length === 0 || !show) {
    return null;
  }
  return () => void folders.firstThatExists(paths).then(show);
}

/**
 * A function that shows a folder (a path of the Contents API) in the file browser; null if there is
 * no file browser.
 */
function folderShower(
  commands: CommandRegistry
): ((path: string) => void) | null {
  if (commands.hasCommand(GO_TO_PATH)) {
    return path => void commands.execute(GO_TO_PATH, { path });
  }
  if (commands.hasCommand(OPEN_TREE)) {
    return path =>
      void window.open(
        URLExt.join(PageConfig.getBaseUrl(), 'tree', URLExt.encodeParts(path)),
        '_blank',
        'noopener'
      );
  }
  return null;
}
