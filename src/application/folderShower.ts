import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import type { CommandRegistry } from '@lumino/commands';

const GO_TO_PATH = 'filebrowser:go-to-path';
/** Notebook 7's command that opens its page of files; the page of a notebook has no file browser. */
const OPEN_TREE = 'application:open-tree';

/**
 * The function that shows a folder (a path of the Contents API) in the file browser; null where there is
 * no file browser.
 */
export function folderShower(
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
