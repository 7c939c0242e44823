import {
  HTMLSelect,
  InputGroup,
  filterDotIcon,
  filterIcon
} from '@jupyterlab/ui-components';
import { Debouncer } from '@lumino/polling';
import * as React from 'react';
import { JOB_FILTERS } from '../../api';
import type { JobFilter } from '../../api';
import { IconButton } from '../../react/IconButton';
import type { IPanelContext } from '../context';
import type { IListQuery } from '../list/query';
import { openListMenu } from './listMenu';

/** Keystrokes closer together than this make one request, in milliseconds. */
const TYPING = 150;

/** Text search, filter and order of the list. */
export const SearchBar = React.memo(function SearchBar(props: {
  context: IPanelContext;
  query: IListQuery;
}): React.JSX.Element {
  const { jobs, list, trans } = props.context;
  const { filter, machine, sort } = props.query;
  const [search, setSearch] = React.useState(props.query.search);
  React.useEffect(() => setSearch(props.query.search), [props.query.search]);

  const ask = React.useMemo(
    () =>
      new Debouncer((text: string) => {
        list.query = { ...list.query, search: text.trim() };
      }, TYPING),
    [list]
  );
  React.useEffect(() => () => ask.dispose(), [ask]);

  const openMenu = async (anchor: Element): Promise<void> => {
    // Without an answer, only the machines of the known jobs can be chosen.
    const { machines } = await jobs.client
      .machines()
      .catch(() => ({ machines: [] }));
    const ids = machines.map(({ machine_id: id }) => id);
    openListMenu(list, [...ids, ...list.machines], anchor, trans);
  };

  const labels: Record<JobFilter, string> = {
    all: trans.__('All'),
    active: trans.__('Active'),
    completed: trans.__('Completed'),
    canceled: trans.__('Canceled'),
    recorded: trans.__('Recorded')
  };
  return (
    <div className="jp-Aibro-search" role="search">
      <InputGroup
        type="search"
        rightIcon="ui-components:search"
        placeholder={trans.__('Search')}
        aria-label={trans.__('Search jobs')}
        value={search}
        maxLength={200}
        onChange={event => {
          setSearch(event.target.value);
          void ask.invoke(event.target.value);
        }}
      />
      <HTMLSelect
        value={filter}
        aria-label={trans.__('Show')}
        onChange={event => {
          const chosen = event.target.value as JobFilter;
          list.query = { ...list.query, filter: chosen };
        }}
      >
        {JOB_FILTERS.map(name => (
          <option key={name} value={name}>
            {labels[name]}
          </option>
        ))}
      </HTMLSelect>
      <IconButton
        icon={machine !== '' || sort === 'created' ? filterDotIcon : filterIcon}
        label={
          machine === ''
            ? trans.__('Order and machine')
            : trans.__('Order and machine: only on %1', machine)
        }
        opensMenu={true}
        onClick={event => void openMenu(event.currentTarget)}
      />
    </div>
  );
});
