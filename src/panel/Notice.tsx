import { Clipboard } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { troubleOf } from '../live/trouble';
import type { ITrouble } from '../live/trouble';
import type { Connection } from '../tokens';
import { Trouble } from './Trouble';

const FIRST_JOB = `import aibro
job_id, model, history = aibro.Training.online_fit(
    model=model, train_X=X, train_Y=y, epochs=10)`;

/** What is wrong with the connection and what to do about it; nothing while all is well. */
export function ConnectionNotice(props: {
  connection: Connection;
  retry: () => Promise<void>;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { connection, retry, trans } = props;
  const trouble = troubleOf(connection, trans);
  return (
    trouble && (
      <Trouble
        title={trouble.title}
        retry={retry}
        remedy={remedyButton(trouble.remedy, trans)}
        trans={trans}
      >
        {trouble.words}
        {trouble.command && <code>{trouble.command}</code>}
      </Trouble>
    )
  );
}

/** What helps besides trying again, as a button; `null` when there is nothing. */
function remedyButton(
  remedy: ITrouble['remedy'],
  trans: TranslationBundle
): React.JSX.Element | null {
  switch (remedy) {
    case undefined:
      return null;
    case 'sign-in':
      return (
        <a
          className="jp-mod-styled jp-mod-accept"
          href={URLExt.join(PageConfig.getBaseUrl(), 'login')}
          target="_blank"
          rel="noreferrer"
        >
          {trans.__('Sign in')}
        </a>
      );
    case 'reload':
      return (
        <button
          className="jp-mod-styled jp-mod-accept"
          onClick={() => window.location.reload()}
        >
          {trans.__('Reload page')}
        </button>
      );
  }
}

/** Shown in place of an empty list: how to start a job, or that the query matches none. */
export function NoJobs(props: {
  /** Whether a filter or a search hides what there may be. */
  isNarrowed: boolean;
  showAll: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { isNarrowed, showAll, trans } = props;
  const [isCopied, setCopied] = React.useState(false);
  if (isNarrowed) {
    return (
      <div className="jp-Aibro-notice">
        <p>{trans.__('No job matches.')}</p>
        <button
          className="jp-Aibro-showAll jp-mod-styled jp-mod-reject"
          onClick={showAll}
        >
          {trans.__('Show all jobs')}
        </button>
      </div>
    );
  }
  return (
    <div className="jp-Aibro-notice">
      <p>
        {trans.__(
          'No job yet. Start one from a notebook with a compiled model:'
        )}
      </p>
      <pre tabIndex={0} role="region" aria-label={trans.__('Example')}>
        <code translate="no">{FIRST_JOB}</code>
      </pre>
      <button
        className="jp-mod-styled jp-mod-accept"
        onClick={() => {
          Clipboard.copyToSystem(FIRST_JOB);
          setCopied(true);
        }}
      >
        <span aria-live="polite">
          {isCopied ? trans.__('Copied') : trans.__('Copy code')}
        </span>
      </button>
    </div>
  );
}
