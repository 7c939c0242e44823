import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { tabAfter, tabLabel, tabOf } from './tabs';
import type { TabName } from './tabs';

/** Props of the tab list. */
export interface ITabListProps {
  readonly tabs: readonly TabName[];
  readonly selected: TabName;
  readonly trans: TranslationBundle;
  /** The DOM id of a tab or of its panel. */
  idOf(tab: TabName, part: 'tab' | 'panel'): string;
  onSelect(tab: TabName): void;
  /** Called when the tabs appear. Must be the same function in every render. */
  readonly listRef: React.RefCallback<HTMLElement>;
}

/** The tabs of a job's page: a single tab stop, with arrow keys moving between the tabs. */
export function TabList(props: ITabListProps): React.JSX.Element {
  const { idOf, listRef, onSelect, selected, tabs, trans } = props;
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>): void => {
    // Start from the focused tab, not the selected one: keys may arrive faster than the tabs are
    // redrawn.
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
