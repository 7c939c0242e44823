import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { JOB_FILTERS, JOB_SORTS } from '../../api';
import type { JobFilter, JobSort } from '../../api';
import type { JobList } from './list';
import type { IListQuery } from './query';

/** The key in JupyterLab's state of the layout. */
const KEY = 'jupyterlab-aibro:list';

/**
 * Restore filter, machine and order of a list from the layout's state, and keep them there from then on.
 *
 * The text that was searched for is not kept: it is of the moment.
 */
export async function rememberQuery(
  list: JobList,
  state: IStateDB
): Promise<void> {
  const fresh = list.query;
  const saved = readQuery(await state.fetch(KEY));
  if (list.query === fresh && Object.keys(saved).length > 0) {
    list.query = { ...fresh, ...saved };
  }
  let last = list.query;
  list.updated.connect(() => {
    if (list.query !== last) {
      last = list.query;
      const { filter, machine, sort } = last;
      void state.save(KEY, { filter, machine, sort });
    }
  });
}

/** The parts of a saved query that are still valid. */
function readQuery(
  saved: ReadonlyPartialJSONValue | undefined
): Partial<IListQuery> {
  const { filter, machine, sort } = (saved ?? {}) as Record<string, unknown>;
  return {
    ...(JOB_FILTERS.includes(filter as JobFilter) && {
      filter: filter as JobFilter
    }),
    ...(typeof machine === 'string' && { machine }),
    ...(JOB_SORTS.includes(sort as JobSort) && { sort: sort as JobSort })
  };
}
