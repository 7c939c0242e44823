import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { tabAfter, tabLabel, tabOf } from './tabs';
import type { TabName } from './tabs';

/** Where the tabs lead. */
export interface ITabListProps {
  readonly tabs: readonly TabName[];
  readonly selected: TabName;
  readonly trans: TranslationBundle;
  /** The id of a tab's element, and of the panel it shows. */
  idOf(tab: TabName, part: 'tab' | 'panel'): string;
  onSelect(tab: TabName): void;
  /** Hears of the tabs when they appear; the same in every render. */
  readonly listRef: React.RefCallback<HTMLElement>;
}

/** The tabs of a job's page: one stop for the keyboard, arrows lead from one to the next. */
export function TabList(props: ITabListProps): React.JSX.Element {
  const { idOf, listRef, onSelect, selected, tabs, trans } = props;
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>): void => {
    // From the tab with the focus: keys may come faster than tabs are drawn.
    const { tab: name } = (event.target as HTMLElement).dataset;
    const tab = tabAfter(event.key, tabOf(name), tabs);
    if (tab !== null) {
      event.preventDefault();
      onSelect(tab);
      event.currentTarget
        .querySelector<HTMLElement>(`[data-tab='${tab}']`)
        ?.focus();
    }
  };
  return (
    <div
      ref={listRef}
      role="tablist"
      aria-label={trans.__('Parts of the job')}
      className="jp-Aibro-JobPage-tabs"
      data-lm-suppress-shortcuts
      onKeyDown={onKeyDown}
    >
      {tabs.map(tab => {
        const isSelected = tab === selected;
        return (
          <button
            key={tab}
            type="button"
            role="tab"
            id={idOf(tab, 'tab')}
            data-tab={tab}
            aria-selected={isSelected}
            aria-controls={isSelected ? idOf(tab, 'panel') : undefined}
            tabIndex={isSelected ? 0 : -1}
            onClick={() => onSelect(tab)}
          >
            {tabLabel(tab, trans)}
          </button>
        );
      })}
    </div>
  );
}
