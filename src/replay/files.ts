/** The folders that a job's files are in. */

import { PageConfig, PathExt, URLExt } from '@jupyterlab/coreutils';
import type { CommandRegistry } from '@lumino/commands';
import type { ReplayRequest, SavedFolders } from '../api';
import type { Folders } from '../contents/folders';
import { SUBFOLDER } from './state';
import type { FolderField } from './state';

const GO_TO_PATH = 'filebrowser:go-to-path';
/** Notebook 7's command that opens its page of files; the page of a notebook has no file browser. */
const OPEN_TREE = 'application:open-tree';

/** Where a replay's files go by its request. */
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

/** The folders that change as a job saves its files, those with the files first. */
export function changingFolders({ checkpoints, log }: SavedFolders): string[] {
  const files = [checkpoints, log].filter(path => path !== null);
  const kinds = files.map(PathExt.dirname);
  return [...files, ...kinds, ...kinds.map(PathExt.dirname)];
}

/**
 * What shows a job's files in the file browser; null when there are none, or no file browser.
 *
 * Some of the folders may not be there yet, or not any more.
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
 * The function that shows a folder (a path of the Contents API) in the file browser; null where there is
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
