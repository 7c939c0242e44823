import * as React from 'react';
import type { AibroClient, Job, JobFilter, JobPage } from '../api';
import { messageOf } from '../format';

/** The time without a keystroke after which the search is sent, in ms. */
const SEARCH_REST = 150;

/** So many of the matching jobs are listed; typing narrows the others down. */
const LIMIT = 50;

/** Which jobs there are to choose from. Must stay the same object while it is searched. */
export interface IOffer {
  readonly filter: JobFilter;
  /** The id of a job that is no choice. */
  readonly except?: string;
}

/** How far a search is. */
export type Search =
  | { readonly kind: 'idle' }
  /** `page` is what the search before found. */
  | { readonly kind: 'searching'; readonly page: JobPage | null }
  | { readonly kind: 'found'; readonly page: JobPage }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Search the jobs on the server, which may have many thousands.
 *
 * @param text - null does not search.
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
    // The list as it opens is wanted at once.
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

/** What a search has found so far; `null` when nothing. */
function pageOf(search: Search): JobPage | null {
  return 'page' in search ? search.page : null;
}
