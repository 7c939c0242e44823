import * as React from 'react';
import { formatCount } from '../../format';
import { useUpdates } from '../../react/hooks';
import type { IPanelContext } from '../context';
import { EVERYTHING, isNarrowed } from '../list/query';
import { NoJobs } from '../Notice';
import { focusTarget } from '../panelFocus';
import { Section } from '../Section';
import { JobGrid } from './JobGrid';

/** The list of jobs with its head. */
export function JobsSection(props: {
  readonly context: IPanelContext;
  /** Whether the panel is on screen: otherwise no clock ticks and nothing is drawn. */
  readonly visible: boolean;
}): React.JSX.Element {
  const { list, selection, trans } = props.context;
  // When the last row disappears, the keyboard goes to the button that shows all jobs.
  const fallback = (section: Element): HTMLElement | null =>
    section.querySelector<HTMLElement>('.jp-Aibro-showAll') ??
    (section.parentElement &&
      focusTarget(section.parentElement, props.context));
  useUpdates(list.updated, props.visible);
  useUpdates(selection.changed, props.visible);
  return (
    <Section
      className="jp-Aibro-jobs"
      title={trans.__('Jobs')}
      fallback={fallback}
      count={list.isLoaded ? countOf(props.context) : ''}
    >
      {list.length || list.waiting ? (
        <JobGrid {...props} />
      ) : (
        <NoJobs
          isNarrowed={isNarrowed(list.query)}
          showAll={() => {
            list.query = { ...EVERYTHING, sort: list.query.sort };
          }}
          trans={trans}
        />
      )}
    </Section>
  );
}

/** How many jobs there are, and how many are selected when there are several. */
function countOf({ list, selection, trans, locale }: IPanelContext): string {
  const all = formatCount(list.length + list.waiting, locale);
  return selection.size > 1
    ? trans.__('%1 of %2 selected', formatCount(selection.size, locale), all)
    : all;
}
