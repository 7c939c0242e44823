import '../../style/log.css';
import type { TranslationBundle } from '@jupyterlab/translation';
import { downloadIcon, searchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { formatCount, formatShare, formatSize } from '../format';
import { lineIcon } from '../job/model/icons';
import { useUpdates } from '../react/hooks';
import { IconButton } from '../react/IconButton';
import type { IJobs, ISettings } from '../tokens';
import { LogModel } from './lines';
import { LogLines } from './LogLines';
import type { ILogLinesHandle } from './LogLines';
import { LogSearch } from './search';
import { SearchBar } from './SearchBar';

const wrapIcon = lineIcon(
  'wrap',
  'M2.5 4h11M2.5 8h8.5a2.2 2.2 0 0 1 0 4.4H8.5m1.7-1.8-1.8 1.8 1.8 1.8M2.5 12.4h3'
);

const toStartIcon = lineIcon(
  'log-start',
  'M3 3h10M8 13V6.2M4.8 9.2 8 6l3.2 3.2'
);

const toEndIcon = lineIcon('log-end', 'M3 13h10M8 3v6.8M4.8 6.8 8 10l3.2-3.2');

/** What the log of a job needs; its `key` should be the job's id as well. */
export interface ILogViewProps {
  readonly jobs: IJobs;
  readonly jobId: string;
  readonly settings: ISettings;
  /** Whether it is on screen: the log is not read otherwise. */
  readonly visible: boolean;
  readonly trans: TranslationBundle;
  /** BCP 47 tag for numbers; undefined is the browser's own. */
  readonly locale: string | undefined;
}

/** The log of a job: live and searchable, however long it is. It fills its parent element. */
export function LogView(props: ILogViewProps): React.JSX.Element | null {
  const { jobs, jobId, visible } = props;
  const [models, setModels] = React.useState<IModels | null>(null);
  React.useEffect(() => {
    const log = new LogModel(jobs, jobId);
    const search = new LogSearch(log);
    setModels({ log, search });
    return () => {
      search.dispose();
      log.dispose();
    };
  }, [jobs, jobId]);
  React.useEffect(() => {
    if (models) {
      models.log.isWatched = visible;
    }
  }, [models, visible]);
  return models && <Viewer {...props} {...models} />;
}

interface IModels {
  readonly log: LogModel;
  readonly search: LogSearch;
}

function Viewer(props: ILogViewProps & IModels): React.JSX.Element {
  const { jobId, locale, log, search, settings, trans, visible } = props;
  useUpdates(log.updated, visible);
  useUpdates(settings.changed, visible);
  const { wrapLog: isWrapped } = settings.current;
  const lines = React.useRef<ILogLinesHandle>(null);
  const input = React.useRef<HTMLInputElement>(null);
  const [isSearching, setSearching] = React.useState(false);
  const [isFollowing, setFollowing] = React.useState(true);
  const [isTooLong, setTooLong] = React.useState(false);
  const from = React.useCallback(() => lines.current?.topLine ?? 0, []);

  const focusSearch = (): void => {
    input.current?.focus();
    input.current?.select();
  };
  const openSearch = (): void => {
    setSearching(true);
    focusSearch();
  };
  React.useEffect(() => {
    if (isSearching) {
      focusSearch();
    }
  }, [isSearching]);
  const closeSearch = (): void => {
    search.ask({ ...search.question, text: '' }, 0);
    setSearching(false);
    lines.current?.focus();
  };
  const toEnd = (): void => lines.current?.goTo({ kind: 'end' });

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const key = event.key.toLowerCase();
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && key === 'f') {
      openSearch();
    } else if (key === 'f3' || (isCommand && key === 'g')) {
      search.step(event.shiftKey ? -1 : 1);
    } else if (key === 'escape' && isSearching) {
      closeSearch();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const words = isTooLong
    ? trans.__('Too long to be selected as a whole: download it instead.')
    : stateWords(log, isFollowing, trans, locale);
  return (
    <div className="jp-Aibro-log-view" onKeyDown={onKeyDown}>
      <div
        className="jp-Aibro-log-tools"
        role="toolbar"
        aria-label={trans.__('Log')}
      >
        <span className="jp-Aibro-log-state" title={words}>
          {words}
        </span>
        <IconButton
          icon={searchIcon}
          label={trans.__('Find')}
          isPressed={isSearching}
          onClick={isSearching ? closeSearch : openSearch}
        />
        <IconButton
          icon={wrapIcon}
          label={trans.__('Wrap long lines')}
          isPressed={isWrapped}
          onClick={() => void settings.choose({ wrapLog: !isWrapped })}
        />
        <IconButton
          icon={toStartIcon}
          label={trans.__('Go to the beginning')}
          onClick={() =>
            lines.current?.goTo({ kind: 'line', line: 0, offset: 0 })
          }
        />
        <IconButton
          icon={toEndIcon}
          label={
            log.hasEnded
              ? trans.__('Go to the end')
              : trans.__('Follow the end')
          }
          onClick={toEnd}
        />
        <a
          className="jp-Aibro-iconButton"
          href={log.client.logFileUrl(jobId)}
          download={`aibro-log-${jobId}.txt`}
          title={trans.__('Download')}
          aria-label={trans.__('Download')}
        >
          <downloadIcon.react tag="span" />
        </a>
      </div>
      {isSearching && (
        <SearchBar
          ref={input}
          search={search}
          from={from}
          close={closeSearch}
          trans={trans}
          locale={locale}
        />
      )}
      <Trouble log={log} trans={trans} />
      <div className="jp-Aibro-log-body">
        <LogLines
          ref={lines}
          log={log}
          search={search}
          wrap={isWrapped}
          visible={visible}
          trans={trans}
          locale={locale}
          onFollow={setFollowing}
          onTooLong={() => setTooLong(true)}
        />
        {!isFollowing && !log.hasEnded && (
          <button
            type="button"
            className="jp-Aibro-log-follow jp-mod-styled jp-mod-accept"
            onClick={() => {
              toEnd();
              lines.current?.focus();
            }}
          >
            {trans.__('Follow')}
          </button>
        )}
      </div>
    </div>
  );
}

/** Why the log cannot be read, above what was read before. */
function Trouble(props: {
  readonly log: LogModel;
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  const { log, trans } = props;
  const [isBusy, setBusy] = React.useState(false);
  const retry = async (): Promise<void> => {
    setBusy(true);
    await log.retry();
    setBusy(false);
  };
  return (
    <div role="status">
      {log.error !== null && (
        <p className="jp-Aibro-log-trouble">
          <span>{trans.__('The log cannot be read: %1', log.error)}</span>
          <button
            type="button"
            className="jp-mod-styled"
            // Disabled, it would lose the focus.
            aria-disabled={isBusy}
            onClick={isBusy ? undefined : () => void retry()}
          >
            {isBusy ? trans.__('Trying…') : trans.__('Retry')}
          </button>
        </p>
      )}
    </div>
  );
}

function stateWords(
  log: LogModel,
  isFollowing: boolean,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  if (!log.isLoaded) {
    return log.error === null ? trans.__('Reading the log…') : '';
  }
  if (log.share < 1) {
    return trans.__(
      'Reading the log: %1',
      formatShare(log.share, { locale, trans })
    );
  }
  if (log.total === 0) {
    return log.hasEnded
      ? trans.__('The job wrote nothing to its log.')
      : trans.__('Nothing in the log yet.');
  }
  const size = trans._n(
    '%2 line, %3',
    '%2 lines, %3',
    log.total,
    formatCount(log.total, locale),
    formatSize(log.size, locale)
  );
  if (log.hasEnded) {
    return trans.__('%1, complete', size);
  }
  return isFollowing
    ? trans.__('%1, following', size)
    : trans.__('%1, still growing', size);
}
