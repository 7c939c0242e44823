/** The folders that a job's files are in. */

import { PathExt } from '@jupyterlab/coreutils';
import type { CommandRegistry } from '@lumino/commands';
import type { ReplayRequest, SavedFolders } from '../api';
import { folderShower } from '../application/folderShower';
import type { Folders } from '../contents/folders';
import { SUBFOLDER } from './state';
import type { FolderField } from './state';

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
