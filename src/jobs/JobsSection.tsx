import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import * as React from 'react';
import type { Job } from '../api';
import { CommandIDs } from '../tokens';
import type { IPanelContext } from './context';
import { formatCount } from './format';
import { useNow, useUpdates } from './hooks';
import { JobRow } from './JobRow';
import { NoJobs } from './Notice';
import { Section } from './Section';

/** Height of a row, in pixels; the style sheet has the same. */
const ROW_HEIGHT = 44;

/** What the list of jobs needs. */
export interface IJobsSectionProps {
  readonly context: IPanelContext;
  /** Whether the panel is on screen: nothing ticks or renders otherwise. */
  readonly visible: boolean;
}

/** The list of jobs with its head. */
export function JobsSection(props: IJobsSectionProps): React.JSX.Element {
  const { list, trans, locale } = props.context;
  useUpdates(list.updated, props.visible);
  return (
    <Section
      className="jp-Aibro-jobs"
      title={trans.__('Jobs')}
      count={
        list.isLoaded ? formatCount(list.length + list.waiting, locale) : ''
      }
    >
      {list.length || list.waiting ? (
        <JobGrid {...props} />
      ) : (
        <NoJobs
          isNarrowed={list.query.filter !== 'all' || list.query.search !== ''}
          showAll={() => {
            list.query = { filter: 'all', search: '' };
          }}
          trans={trans}
        />
      )}
    </Section>
  );
}

function JobGrid({ context, visible }: IJobsSectionProps): React.JSX.Element {
  const { jobs, list, commands, settings, trans } = context;
  useUpdates(list.updated, visible);
  const now = useNow(
    () => jobs.now(),
    visible ? (list.hasActive ? 1000 : 30_000) : null
  );
  const scroller = React.useRef<HTMLDivElement>(null);
  const grid = React.useRef<HTMLDivElement>(null);
  const { index: current, isChosen, choose } = useCurrent(context);

  const virtualizer = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    rangeExtractor: range => withCurrent(range, current)
  });
  const items = virtualizer.getVirtualItems();
  const { startIndex, endIndex } = virtualizer.range ?? {
    startIndex: 0,
    endIndex: 0
  };

  React.useEffect(() => {
    if (visible) {
      list.look(startIndex, endIndex);
    }
  }, [list, visible, startIndex, endIndex]);

  React.useEffect(() => {
    // Another question starts at its top.
    scroller.current?.scrollTo({ top: 0 });
  }, [list.query]);

  const hold = useHold(context, scroller);

  const wantFocus = useKeptFocus(grid, current);

  const page = Math.max(1, endIndex - startIndex - 1);
  const moveTo = (index: number): void => {
    const target = Math.max(0, Math.min(list.length - 1, index));
    wantFocus();
    choose(target);
    // Ask for what will be looked at before it is drawn.
    list.look(Math.max(0, target - page), target + page);
    virtualizer.scrollToIndex(target, { align: 'auto' });
  };

  const execute = (id: string, job: Job | undefined): void => {
    const args = job && { jobId: job.job_id };
    if (args && commands.hasCommand(id) && commands.isEnabled(id, args)) {
      void commands.execute(id, args);
    }
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const onRow = (event.target as HTMLElement).getAttribute('role') === 'row';
    const target = keyTarget(event.key, current, page, list.length);
    if (target !== null) {
      event.preventDefault();
      moveTo(target);
    } else if (onRow && event.key === 'Enter') {
      event.preventDefault();
      execute(CommandIDs.showTimeline, list.row(current));
    } else if (onRow && event.key === 'Delete') {
      event.preventDefault();
      execute(CommandIDs.deleteJob, list.row(current));
    }
  };

  return (
    <div className="jp-Aibro-viewport">
      {list.waiting > 0 && (
        <button
          className="jp-Aibro-fresh jp-mod-styled jp-mod-accept"
          onClick={() => {
            list.admit();
            scroller.current?.scrollTo({ top: 0 });
          }}
        >
          {trans._n('%1 new', '%1 new', list.waiting)}
        </button>
      )}
      <div ref={scroller} className="jp-Aibro-scroller" {...hold}>
        <div
          ref={grid}
          role="grid"
          aria-label={trans.__('Jobs')}
          aria-rowcount={list.length}
          className="jp-Aibro-grid"
          style={{ height: virtualizer.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {items.map(({ index, start }) => {
            const job = list.row(index);
            return (
              <div
                key={job?.job_id ?? index}
                role="row"
                aria-rowindex={index + 1}
                aria-selected={isChosen && index === current}
                aria-busy={!job}
                className="jp-Aibro-job"
                data-job-id={job?.job_id}
                tabIndex={index === current ? 0 : -1}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => choose(index)}
                onMouseDown={() => choose(index)}
                onDoubleClick={() => execute(CommandIDs.showTimeline, job)}
              >
                {job ? (
                  <JobRow
                    context={context}
                    job={job}
                    now={
                      job.ended_at === null ? now : Math.floor(now / 30) * 30
                    }
                    isCurrent={index === current}
                    metric={settings.metric}
                  />
                ) : (
                  <div role="gridcell" className="jp-Aibro-placeholder" />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Where keyboard focus stops in the list. */
interface ICurrent {
  readonly index: number;
  /** Whether a person went there: only then commands act on it. */
  readonly isChosen: boolean;
  readonly choose: (index: number) => void;
}

/** The row that keyboard and commands act on: it stays with its job when rows move. */
function useCurrent({ jobs, list }: IPanelContext): ICurrent {
  const [state, setState] = React.useState<{ index: number; jobId?: string }>();
  const [query, setQuery] = React.useState(list.query);
  if (query !== list.query) {
    // Another question has other answers, none of them chosen.
    setQuery(list.query);
    setState(undefined);
  }
  const moved = state?.jobId === undefined ? -1 : list.indexOf(state.jobId);
  const index = Math.max(
    0,
    Math.min(moved >= 0 ? moved : (state?.index ?? 0), list.length - 1)
  );
  const isChosen = state !== undefined;
  const job = isChosen ? list.row(index) : undefined;
  React.useEffect(() => {
    jobs.selected = job ?? null;
    if (job && (job.job_id !== state?.jobId || index !== state.index)) {
      setState({ index, jobId: job.job_id });
    }
  }, [jobs, job, index, state]);
  const choose = React.useCallback(
    (next: number) => setState({ index: next }),
    []
  );
  return { index, isChosen, choose };
}

/**
 * Keep keyboard focus on the current row: when a key moved it, when rows moved, when it was deleted.
 *
 * @returns what a key that moves the current row calls before.
 */
function useKeptFocus(
  grid: React.RefObject<HTMLElement>,
  current: number
): () => void {
  const isWanted = React.useRef(false);
  const last = React.useRef<Element | null>(null);
  React.useLayoutEffect(() => {
    const { activeElement } = document;
    const isOnRow = activeElement?.parentElement === grid.current;
    // Focus falls to the body when the element that has it is taken away.
    const isLost = last.current?.isConnected === false;
    if (isWanted.current || isOnRow || isLost) {
      const row = grid.current?.querySelector<HTMLElement>(
        `[aria-rowindex="${current + 1}"]`
      );
      row?.focus({ preventScroll: true });
      isWanted.current = false;
    }
    last.current = grid.current?.contains(document.activeElement)
      ? document.activeElement
      : null;
  });
  return () => {
    isWanted.current = true;
  };
}

/** Keep rows still under the pointer, and above what has been scrolled to. */
function useHold(
  { list }: IPanelContext,
  scroller: React.RefObject<HTMLElement>
): React.HTMLAttributes<HTMLElement> {
  const pointer = React.useRef(false);
  const tell = (): void => {
    list.hold = {
      pointer: pointer.current,
      scrolled: (scroller.current?.scrollTop ?? 0) > 0
    };
  };
  const point = (isOver: boolean) => () => {
    pointer.current = isOver;
    tell();
  };
  return {
    onPointerEnter: point(true),
    onPointerLeave: point(false),
    onScroll: tell
  };
}

/** The rows to render: those on screen, and the current one so that focus is never lost. */
function withCurrent(range: Range, current: number): number[] {
  const rows = defaultRangeExtractor(range);
  const isOutside = current < range.count && !rows.includes(current);
  return isOutside ? [...rows, current].sort((a, b) => a - b) : rows;
}

/** Where a key leads from a row; `null` when it leads nowhere. */
function keyTarget(
  key: string,
  row: number,
  page: number,
  count: number
): number | null {
  switch (key) {
    case 'ArrowDown':
      return row + 1;
    case 'ArrowUp':
      return row - 1;
    case 'PageDown':
      return row + page;
    case 'PageUp':
      return row - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
