import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { messageOf } from '../format';

/** A value read from a form field, or a message that says what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** The methods of the contents manager that are used here. */
export type FolderSource = Pick<
  Contents.IManager,
  'driveName' | 'get' | 'localPath'
>;

/**
 * The folders that the server can save into: those on JupyterLab's default drive.
 *
 * Paths here are those of the Contents API, relative to the server's root: `''`, `examples`, `a/b`.
 */
export class Folders {
  /**
   * @param contents - JupyterLab's contents manager.
   * @param defaultDrive - the name of its default drive; some paths start with it.
   */
  constructor(
    private readonly contents: FolderSource,
    private readonly defaultDrive: string | null
  ) {}

  /**
   * The server's path of a file browser path; null when it is not on the default drive.
   */
  pathOf(path: string): string | null {
    const prefix = `${this.defaultDrive ?? ''}:`;
    if (this.defaultDrive && path.startsWith(prefix)) {
      return path.slice(prefix.length).replace(/^\/+/, '');
    }
    return this.contents.driveName(path) === ''
      ? this.contents.localPath(path)
      : null;
  }

  /**
   * Read a folder's path as a user types it or JupyterLab writes it.
   *
   * @param text - may start with a drive name, start or end with `/`, and contain `.` and `..`.
   */
  read(text: string, trans: TranslationBundle): Checked<string> {
    const path = this.pathOf(text);
    if (path === null) {
      return {
        ok: false,
        message: trans.__(
          'The drive “%1” is not on the server, which can save only below its own root folder.',
          this.contents.driveName(text)
        )
      };
    }
    const parts: string[] = [];
    for (const part of path.split('/')) {
      if (part === '..') {
        if (parts.pop() === undefined) {
          return {
            ok: false,
            message: trans.__('This leads out of the server’s root folder.')
          };
        }
      } else if (part !== '' && part !== '.') {
        parts.push(part);
      }
    }
    return { ok: true, value: parts.join('/') };
  }

  /**
   * The default folder to save into: the notebook's, else the file browser's, else the root.
   *
   * @param notebook - path of the current notebook.
   * @param browsed - path of the file browser's folder.
   */
  start(notebook: string | null, browsed: string | null): string {
    const beside = notebook === null ? null : this.pathOf(notebook);
    if (beside !== null) {
      return PathExt.dirname(beside);
    }
    return (browsed === null ? null : this.pathOf(browsed)) ?? '';
  }

  /**
   * Read a folder as {@link Folders.read} does, and check that files can be saved into it.
   *
   * @returns its path, or a message that says what is wrong with it.
   */
  async check(
    text: string,
    trans: TranslationBundle
  ): Promise<Checked<string>> {
    const folder = this.read(text, trans);
    if (!folder.ok) {
      return folder;
    }
    const message = await this._whyUnusable(folder.value, trans);
    return message === null ? folder : { ok: false, message };
  }

  /** The first of the given folders that exists and can be listed; the root if there is none. */
  async firstThatExists(paths: readonly string[]): Promise<string> {
    for (const path of paths) {
      try {
        const model = await this.contents.get(path, { content: false });
        if (model.type === 'directory') {
          return path;
        }
      } catch {
        // It does not exist or cannot be listed: try the next one.
      }
    }
    return '';
  }

  private async _whyUnusable(
    path: string,
    trans: TranslationBundle
  ): Promise<string | null> {
    let model: Contents.IModel;
    try {
      model = await this.contents.get(path, { content: false });
    } catch (error) {
      if (
        error instanceof ServerConnection.ResponseError &&
        error.response.status === 404
      ) {
        return trans.__(
          'There is no folder “%1”. Choose another, or make it in the file browser.',
          path
        );
      }
      return trans.__('The folder cannot be looked at: %1', messageOf(error));
    }
    if (model.type !== 'directory') {
      return trans.__('“%1” is a file. Choose a folder.', path);
    }
    if (!model.writable) {
      return trans.__(
        'Nothing can be saved in “%1”: the server may not write there.',
        path || '/'
      );
    }
    return null;
  }
}
