import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownEmptyThinIcon,
  caretUpEmptyThinIcon,
  caseSensitiveIcon,
  closeIcon
} from '@jupyterlab/ui-components';
import { Debouncer } from '@lumino/polling';
import * as React from 'react';
import { formatCount } from '../format';
import { useUpdates } from '../react/hooks';
import { IconButton } from '../react/IconButton';
import type { LogSearch } from './search';

/** Keystrokes closer together than this make one request, in milliseconds. */
const TYPING = 150;

/** The text to search for, how often it occurs, and the buttons from hit to hit. */
export const SearchBar = React.forwardRef<
  HTMLInputElement,
  {
    readonly search: LogSearch;
    /** The line at or below which the current hit should be. */
    readonly from: () => number;
    readonly close: () => void;
    readonly trans: TranslationBundle;
    readonly locale: string | undefined;
  }
>(function SearchBar({ search, from, close, trans, locale }, input) {
  useUpdates(search.updated);
  const { question, count, error } = search;
  const [text, setText] = React.useState(question.text);
  const ask = React.useMemo(
    () =>
      new Debouncer((next: string) => {
        search.ask({ ...search.question, text: next }, from());
      }, TYPING),
    [search, from]
  );
  React.useEffect(() => () => ask.dispose(), [ask]);
  const words = countWords(search, trans, locale);
  return (
    <div className="jp-Aibro-log-search" role="search">
      <input
        ref={input}
        className="jp-mod-styled"
        type="text"
        placeholder={trans.__('Find')}
        aria-label={trans.__('Find in the log')}
        aria-invalid={error !== null}
        maxLength={1000}
        value={text}
        onChange={event => {
          setText(event.target.value);
          void ask.invoke(event.target.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            event.preventDefault();
            if (text === question.text) {
              search.step(event.shiftKey ? -1 : 1);
            } else {
              search.ask({ ...question, text }, from());
            }
          }
        }}
      />
      <IconButton
        icon={caseSensitiveIcon}
        label={trans.__('Match case')}
        isPressed={question.matchCase}
        onClick={() =>
          search.ask({ text, matchCase: !question.matchCase }, from())
        }
      />
      <span
        className="jp-Aibro-log-count"
        title={error ?? undefined}
        // Counts that still grow are not announced.
        aria-live={search.isComplete || error !== null ? 'polite' : 'off'}
      >
        {words}
      </span>
      <IconButton
        icon={caretUpEmptyThinIcon}
        label={trans.__('Previous hit')}
        isDisabled={count === 0}
        onClick={() => search.step(-1)}
      />
      <IconButton
        icon={caretDownEmptyThinIcon}
        label={trans.__('Next hit')}
        isDisabled={count === 0}
        onClick={() => search.step(1)}
      />
      <IconButton
        icon={closeIcon}
        label={trans.__('Close search')}
        onClick={close}
      />
    </div>
  );
});

function countWords(
  search: LogSearch,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  const { count, current, error, isComplete, isCut, question } = search;
  if (!question.text) {
    return '';
  }
  if (error !== null) {
    return trans.__('Failed');
  }
  if (count === 0) {
    return isComplete ? trans.__('No hits') : trans.__('Searching…');
  }
  const known = formatCount(count, locale);
  const all = isCut
    ? trans.__('%1+', known)
    : isComplete
      ? known
      : trans.__('%1…', known);
  return current < 0
    ? all
    : trans.__('%1 of %2', formatCount(current + 1, locale), all);
}
