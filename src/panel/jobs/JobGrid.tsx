import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import * as React from 'react';
import { openJob } from '../../job/model/commands';
import { hasEnded } from '../../job/model/job';
import { useNow } from '../../react/hooks';
import type { IPanelContext } from '../context';
import { selectByKey, selectByMouse } from './gestures';
import { useHold, useKeptFocus } from './gridHooks';
import { JobRow } from './JobRow';

/** Height of a row, in pixels; the style sheet has the same. */
const ROW_HEIGHT = 44;

/** The rows of the jobs; only those on screen are in the page. */
export function JobGrid(props: {
  readonly context: IPanelContext;
  /** Whether the panel is on screen: otherwise no clock ticks and nothing is drawn. */
  readonly visible: boolean;
}): React.JSX.Element {
  const { context, visible } = props;
  const { jobs, list, selection, commands, trans } = context;
  const settings = context.settings.current;
  const now = useNow(
    () => jobs.now(),
    visible ? (list.hasActive ? 1000 : 30_000) : null
  );
  const scroller = React.useRef<HTMLDivElement>(null);
  const grid = React.useRef<HTMLDivElement>(null);
  const { current } = selection;

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
      list.setVisibleRows(startIndex, endIndex);
    }
  }, [list, visible, startIndex, endIndex]);

  React.useEffect(() => {
    // The list of another query begins at its top.
    scroller.current?.scrollTo({ top: 0 });
  }, [list.query]);

  React.useEffect(() => {
    const wanted = list.takeWanted();
    if (wanted >= 0) {
      selection.choose(wanted);
      virtualizer.scrollToIndex(wanted, { align: 'auto' });
    }
  });

  const hold = useHold(list, scroller);

  const wantFocus = useKeptFocus(grid, current);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const onRow = (event.target as HTMLElement).getAttribute('role') === 'row';
    const isMove = /^(Arrow|Page|Home|End)/.test(event.key);
    if (!onRow && !isMove) {
      return;
    }
    const page = Math.max(1, endIndex - startIndex - 1);
    if (selectByKey(selection, page, list.length, event)) {
      event.preventDefault();
      if (isMove) {
        wantFocus();
        // Have the rows read before they are drawn.
        const target = selection.current;
        list.setVisibleRows(Math.max(0, target - page), target + page);
        virtualizer.scrollToIndex(target, { align: 'auto' });
      }
    } else if (event.key === 'Enter') {
      event.preventDefault();
      openJob(commands, list.row(current));
    }
  };

  const onFocus = (index: number): void => {
    if (!selection.size && !selection.includes(index)) {
      selection.choose(index);
    } else if (index !== selection.current) {
      selection.move(index);
    }
  };

  return (
    <div className="jp-Aibro-viewport">
      <div role="status" className="jp-Aibro-forReaders">
        {selection.size > 1
          ? trans._n('%1 job selected', '%1 jobs selected', selection.size)
          : ''}
      </div>
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
          aria-multiselectable={true}
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
                aria-selected={selection.includes(index)}
                aria-busy={!job}
                className="jp-Aibro-job"
                data-job-id={job?.job_id}
                tabIndex={index === current ? 0 : -1}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => onFocus(index)}
                onMouseDown={event => selectByMouse(selection, index, event)}
                onDoubleClick={() => openJob(commands, job)}
              >
                {job ? (
                  <JobRow
                    context={context}
                    job={job}
                    now={hasEnded(job) ? Math.floor(now / 30) * 30 : now}
                    isCurrent={index === current}
                    metric={settings.showMetric ? settings.metric : null}
                    showElapsed={settings.showElapsed}
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

/** The rows to render: those on screen, and the current one so that focus is never lost. */
function withCurrent(range: Range, current: number): number[] {
  const rows = defaultRangeExtractor(range);
  const isOutside = current < range.count && !rows.includes(current);
  return isOutside ? [...rows, current].sort((a, b) => a - b) : rows;
}
