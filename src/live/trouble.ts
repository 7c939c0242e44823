import type { TranslationBundle } from '@jupyterlab/translation';
import { API_VERSION } from '../api';
import type { Connection } from '../tokens';

/** Why AIbro's server part cannot be used, and what the user can do about it. */
export interface ITrouble {
  readonly title: string;
  /** Whole sentences. */
  readonly words: string;
  /** To be typed in a terminal, after the words. */
  readonly command?: string;
  /** What helps besides trying again. */
  readonly remedy?: 'sign-in' | 'reload';
}

/** What is wrong with a connection; `null` while nothing is, or it is not known yet. */
export function troubleOf(
  connection: Connection,
  trans: TranslationBundle
): ITrouble | null {
  switch (connection.kind) {
    case 'connecting':
    case 'online':
      return null;
    case 'missing':
      return {
        title: trans.__('AIbro is not running on this server'),
        words: trans.__(
          'Install jupyterlab-aibro into the environment of Jupyter Server, enable it and restart the server:'
        ),
        command: 'jupyter server extension enable aibro'
      };
    case 'signed-out':
      return {
        title: trans.__('You are signed out'),
        words: trans.__(
          'Your session on the Jupyter server has ended, or you may not use AIbro there. Sign in in another tab; this one goes on by itself.'
        ),
        remedy: 'sign-in'
      };
    case 'mismatch':
      return connection.info.api > API_VERSION
        ? {
            title: trans.__('This page is older than the server'),
            words: trans.__(
              'The Jupyter server now runs AIbro %1. Save your work and reload the page.',
              connection.info.version
            ),
            remedy: 'reload'
          }
        : {
            title: trans.__('The server’s part of AIbro is older'),
            words: trans.__(
              'The Jupyter server still runs AIbro %1, which is older than this page. Restart the server; if that does not help, upgrade jupyterlab-aibro in its environment:',
              connection.info.version
            ),
            command: 'pip install --upgrade jupyterlab-aibro'
          };
    case 'failed':
      return {
        title: trans.__('AIbro is not available'),
        words: trans.__(
          '%1 Jobs go on without it. The connection is tried again by itself; if that does not help, look into the server’s log.',
          connection.message
        )
      };
  }
}

/** The same in one sentence, for places with no room for more; empty while nothing is wrong. */
export function troubleSentence(
  connection: Connection,
  trans: TranslationBundle
): string {
  if (connection.kind === 'failed') {
    return connection.message;
  }
  const trouble = troubleOf(connection, trans);
  return trouble ? trans.__('%1.', trouble.title) : '';
}
