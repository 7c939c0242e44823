import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Connection } from '../tokens';

const FIRST_JOB = `import aibro
job_id, model, history = aibro.Training.online_fit(
    model=model, train_X=X, train_Y=y, epochs=10)`;

/** What is wrong with the connection and what to do; nothing while it is right. */
export function ConnectionNotice(props: {
  connection: Connection;
  retry: () => Promise<void>;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { connection, retry, trans } = props;
  switch (connection.kind) {
    case 'online':
    case 'connecting':
      return null;
    case 'missing':
      return (
        <Trouble
          title={trans.__('AIbro is not running on this server')}
          retry={retry}
          trans={trans}
        >
          {trans.__(
            'Install jupyterlab-aibro into the environment of Jupyter Server, enable it and restart the server:'
          )}
          <code>jupyter server extension enable aibro</code>
        </Trouble>
      );
    case 'failed':
      return (
        <Trouble
          title={trans.__('AIbro is not available')}
          retry={retry}
          trans={trans}
        >
          {connection.message}{' '}
          {trans.__(
            'Jobs go on without it. The connection is tried again by itself; if that does not help, look into the server’s log.'
          )}
        </Trouble>
      );
  }
}

/** A failure in words with a button to try again. */
export function Trouble(props: {
  title: string;
  retry: () => Promise<void>;
  trans: TranslationBundle;
  children: React.ReactNode;
}): React.JSX.Element {
  const { title, retry, trans, children } = props;
  const [isBusy, setBusy] = React.useState(false);
  const onClick = async (): Promise<void> => {
    setBusy(true);
    await retry();
    setBusy(false);
  };
  return (
    <div className="jp-Aibro-notice jp-mod-failed" role="alert">
      <h4>{title}</h4>
      <p>{children}</p>
      <button
        className="jp-mod-styled jp-mod-accept"
        disabled={isBusy}
        onClick={() => void onClick()}
      >
        {isBusy ? trans.__('Trying…') : trans.__('Retry')}
      </button>
    </div>
  );
}

/** What stands where no job is: how to start one, or that the question finds none. */
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
        <button className="jp-mod-styled jp-mod-reject" onClick={showAll}>
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
      <pre tabIndex={0}>
        <code>{FIRST_JOB}</code>
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
