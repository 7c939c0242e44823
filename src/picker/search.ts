import * as React from 'react';
import type { AibroClient, Job, JobFilter, JobPage } from '../api';
import { messageOf } from '../format';

/** How long the user must have stopped typing before the search is sent, in ms. */
const SEARCH_REST = 150;

/** The most matching jobs that are listed; the user finds others by typing more. */
const LIMIT = 50;

/** Which jobs the user can choose from. Must stay the same object during a search. */
export interface IOffer {
  readonly filter: JobFilter;
  /** The id of a job that must not be chosen. */
  readonly except?: string;
}

/** The state of a search. */
export type Search =
  | { readonly kind: 'idle' }
  /** `page` is the result of the previous search, shown meanwhile. */
  | { readonly kind: 'searching'; readonly page: JobPage | null }
  | { readonly kind: 'found'; readonly page: JobPage }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Search the jobs on the server, which may have many thousands.
 *
 * @param text - the search text; null means do not search.
 */
export function useJobSearch(
  client: AibroClient,
  { filter }: IOffer,
  text: string | null
): Search {
  const [search, setSearch] = React.useState<Search>({ kind: 'idle' });
  const wasOpen = React.useRef(false);
  React.useEffect(() => {
    if (text === null) {
      wasOpen.current = false;
      setSearch({ kind: 'idle' });
      return undefined;
    }
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      try {
        const page = await client.jobs(
          { filter, search: text || undefined, limit: LIMIT },
          abort.signal
        );
        if (!abort.signal.aborted) {
          setSearch({ kind: 'found', page });
        }
      } catch (error) {
        if (!abort.signal.aborted) {
          setSearch({ kind: 'failed', message: messageOf(error) });
        }
      }
    };
    setSearch(before => ({ kind: 'searching', page: pageOf(before) }));
    // The first search, when the list opens, is sent without delay.
    const rest = wasOpen.current ? SEARCH_REST : 0;
    wasOpen.current = true;
    const timer = window.setTimeout(() => void read(), rest);
    return () => {
      window.clearTimeout(timer);
      abort.abort();
    };
  }, [client, filter, text]);
  return search;
}

/** The jobs to list for a search, newest first. */
export function jobsOf(search: Search, { except }: IOffer): readonly Job[] {
  const jobs = pageOf(search)?.jobs ?? [];
  return jobs.filter(({ job_id: jobId }) => jobId !== except);
}

/** The result that a search can show so far; `null` if there is none. */
function pageOf(search: Search): JobPage | null {
  return 'page' in search ? search.page : null;
}
