import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { useUpdates } from '../react/hooks';
import { isExact, placeAt, settle, spanOf } from './geometry';
import type { ISettled, Place } from './geometry';
import { LineRow } from './LineRow';
import type { LogModel } from './lines';
import { patternOf } from './marks';
import type { LogSearch } from './search';
import {
  SELECTABLE,
  selectedLines,
  useSelection,
  withSelection
} from './selection';
import { isWithin, showHit, topsOf, useViewport, useWheel } from './viewport';

/** What the component of the lines can be asked to do. */
export interface ILogLinesHandle {
  goTo(place: Place): void;
  /** The topmost line on screen. */
  readonly topLine: number;
  focus(): void;
}

/** What the lines of a log need. */
export interface ILogLinesProps {
  readonly log: LogModel;
  readonly search: LogSearch;
  readonly wrap: boolean;
  readonly visible: boolean;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
  readonly onFollow: (isFollowing: boolean) => void;
  /** Called when the log is too long to be selected as a whole. */
  readonly onTooLong: () => void;
}

/** The lines of a log, of which only those on screen are drawn. */
export const LogLines = React.forwardRef<ILogLinesHandle, ILogLinesProps>(
  function LogLines(props, handle) {
    const { locale, log, onFollow, onTooLong, search, trans, visible, wrap } =
      props;
    useUpdates(log.updated, visible);
    useUpdates(search.updated, visible);
    const [, draw] = React.useReducer((count: number) => count + 1, 0);
    const scroller = React.useRef<HTMLDivElement>(null);
    const sizer = React.useRef<HTMLDivElement>(null);
    const layer = React.useRef<HTMLDivElement>(null);
    const block = React.useRef<HTMLPreElement>(null);
    const place = React.useRef<Place>({ kind: 'end' });
    const settled = React.useRef<ISettled | null>(null);
    /** Where this component put the scroll bar; when it is elsewhere, the user has scrolled. */
    const scrolledTo = React.useRef(0);
    /** Whether the scroll bar was moved and its event has not come yet. */
    const isSent = React.useRef(true);
    const isHitWanted = React.useRef(false);
    const selected = useSelection(block);

    const viewport = useViewport(scroller, block, log.total);
    const span = withSelection(
      spanOf(place.current, viewport),
      log.total > 0 ? selected.current : null
    );

    const goTo = React.useCallback((next: Place): void => {
      place.current = next;
      isSent.current = true;
      draw();
    }, []);

    /** Go where the user has scrolled to; false when there was no scrolling. */
    const followScroll = (): boolean => {
      const view = scroller.current;
      if (!view || !settled.current || view.scrollTop === scrolledTo.current) {
        return false;
      }
      const { scrollHeight } = settled.current;
      goTo(placeAt(view.scrollTop, scrollHeight, viewport));
      return true;
    };

    React.useLayoutEffect(() => {
      const [view, rows] = [scroller.current, block.current];
      if (!view || !rows || !sizer.current || !layer.current) {
        return;
      }
      if (!visible || view.clientHeight === 0 || rows.childElementCount === 0) {
        return;
      }
      // Lines may come between a scroll and its event.
      if (!isSent.current && followScroll()) {
        return;
      }
      const drawn = { first: span.first, tops: topsOf(rows) };
      const next = settle(place.current, viewport, drawn);
      if (!next) {
        goTo({ kind: 'end' });
        return;
      }
      place.current = next.isAtEnd ? { kind: 'end' } : next.place;
      settled.current = next;
      isSent.current = false;
      rows.style.transform = `translateY(${next.top}px)`;
      layer.current.style.height = `${view.clientHeight}px`;
      sizer.current.style.height = `${next.scrollHeight}px`;
      view.scrollTop = next.scrollTop;
      // Read back, for browsers round it.
      scrolledTo.current = view.scrollTop;
      onFollow(next.isAtEnd);
      if (isHitWanted.current) {
        showHit(view, rows, offset => {
          isHitWanted.current = false;
          if (offset !== 0) {
            goTo(moved(next.place, offset));
          }
        });
      }
    });

    React.useEffect(() => {
      const { activeElement, body } = document;
      if (activeElement !== body && activeElement?.contains(scroller.current)) {
        // The element around the lines had the focus until they were there.
        scroller.current?.focus();
      }
    }, []);

    React.useEffect(() => {
      if (visible && log.total > 0) {
        log.setVisibleLines(span.first, span.last);
      }
    });

    React.useEffect(() => {
      const onMoved = (_: LogSearch, { line }: { line: number }): void => {
        isHitWanted.current = true;
        const view = scroller.current;
        const row = block.current?.querySelector(`[data-line="${line}"]`);
        if (view && row && isWithin(row, view)) {
          draw();
        } else {
          goTo({ kind: 'line', line, offset: -viewport.height / 3 });
        }
      };
      search.moved.connect(onMoved);
      return () => {
        search.moved.disconnect(onMoved);
      };
    }, [search, goTo, viewport.height]);

    const moveBy = React.useCallback(
      (pixels: number): void => {
        if (settled.current) {
          goTo(moved(settled.current.place, pixels));
        }
      },
      [goTo]
    );

    useWheel(scroller, isExact(viewport, wrap), moveBy);

    React.useImperativeHandle(handle, () => ({
      goTo,
      get topLine() {
        return settled.current?.place.line ?? 0;
      },
      focus: () => scroller.current?.focus()
    }));

    const selectAll = (): void => {
      if (log.total > SELECTABLE) {
        onTooLong();
        return;
      }
      log.setVisibleLines(0, log.total - 1);
      selected.current = { first: 0, last: log.total - 1 };
      draw();
      requestAnimationFrame(() => {
        if (block.current) {
          document.getSelection()?.selectAllChildren(block.current);
        }
      });
    };

    const onKeyDown = (event: React.KeyboardEvent): void => {
      if (event.altKey || event.shiftKey) {
        return;
      }
      const { height, rowHeight } = viewport;
      const actions: Record<string, (() => void) | undefined> =
        event.ctrlKey || event.metaKey
          ? {
              a: selectAll,
              Home: () => goTo({ kind: 'line', line: 0, offset: 0 }),
              End: () => goTo({ kind: 'end' })
            }
          : {
              ArrowUp: () => moveBy(-rowHeight),
              ArrowDown: () => moveBy(rowHeight),
              PageUp: () => moveBy(rowHeight - height),
              PageDown: () => moveBy(height - rowHeight),
              Home: () => goTo({ kind: 'line', line: 0, offset: 0 }),
              End: () => goTo({ kind: 'end' })
            };
      const action = actions[event.key];
      if (action) {
        event.preventDefault();
        event.stopPropagation();
        action();
      }
    };

    const { question, hit } = search;
    const pattern = React.useMemo(() => patternOf(question), [question]);
    const lines = [];
    for (let index = span.first; index <= span.last; index++) {
      lines.push(
        <LineRow
          key={index}
          index={index}
          line={log.line(index)}
          pattern={pattern}
          current={hit?.line === index ? hit.nth : null}
          trans={trans}
          locale={locale}
        />
      );
    }
    return (
      <div
        ref={scroller}
        className="jp-Aibro-log-scroller"
        role="log"
        // Screen readers read it on demand: a training prints more than anybody wants to hear.
        aria-live="off"
        aria-label={trans.__('Log')}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={followScroll}
      >
        <div ref={sizer} className="jp-Aibro-log-sizer">
          <div ref={layer} className="jp-Aibro-log-layer jp-RenderedText">
            <pre
              ref={block}
              className={wrap ? 'jp-mod-wrapped' : ''}
              onCopy={event => {
                const text = selectedLines();
                if (text !== null) {
                  event.clipboardData.setData('text/plain', text);
                  event.preventDefault();
                }
              }}
            >
              {lines}
            </pre>
          </div>
        </div>
      </div>
    );
  }
);

/** The place some pixels below another. */
function moved(place: Place & { kind: 'line' }, pixels: number): Place {
  return { ...place, offset: place.offset + pixels };
}
