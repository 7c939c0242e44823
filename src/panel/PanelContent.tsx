import '../../style/panel-lists.css';
import * as React from 'react';
import { useUpdates } from '../react/hooks';
import type { IPanelContext } from './context';
import { useFocusFallback } from './focusFallback';
import { InstancesSection } from './instances/InstancesSection';
import { JobsSection } from './jobs/JobsSection';
import { SearchBar } from './jobs/SearchBar';
import { MachinesSection } from './machines/MachinesSection';
import { ConnectionNotice } from './Notice';
import { Trouble } from './Trouble';

/** What the content needs. */
export interface IPanelContentProps {
  readonly context: IPanelContext;
  /** Whether the panel is on screen: otherwise no clock ticks and nothing is drawn. */
  readonly visible: boolean;
}

/** Everything below the toolbar. */
export function PanelContent(props: IPanelContentProps): React.JSX.Element {
  const { context, visible } = props;
  const { jobs, list, instances, settings, trans } = context;
  useUpdates(settings.changed, visible);
  useUpdates(jobs.connectionChanged, visible);
  useUpdates(list.updated, visible);
  const notices = React.useRef<HTMLDivElement>(null);
  // When a notice disappears, the focus goes to the search.
  const focus = useFocusFallback(
    () => notices.current?.parentElement?.querySelector('input') ?? null
  );
  const retry = async (): Promise<void> => {
    await jobs.retry();
    list.reload();
    await instances.reload();
  };
  return (
    <>
      <div ref={notices} {...focus}>
        <ConnectionNotice {...{ connection: jobs.connection, retry, trans }} />
        {jobs.connection.kind === 'online' && list.error !== null && (
          <Trouble
            title={trans.__('The jobs could not be read')}
            {...{ retry, trans }}
          >
            {list.error}
          </Trouble>
        )}
      </div>
      {list.isLoaded && (
        <>
          <SearchBar context={context} query={list.query} />
          <JobsSection context={context} visible={visible} />
          {settings.current.showInstances && (
            <InstancesSection context={context} visible={visible} />
          )}
          <MachinesSection context={context} visible={visible} />
        </>
      )}
    </>
  );
}
