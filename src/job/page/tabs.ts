/** The tabs of a job's page. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job } from '../../api';

/** The names of all tabs, in order. */
export const TABS = [
  'overview',
  'timeline',
  'metrics',
  'log',
  'recording'
] as const;

/** The name of a tab. */
export type TabName = (typeof TABS)[number];

/** The tab of this name; the overview if there is none. */
export function tabOf(name: unknown): TabName {
  return TABS.find(tab => tab === name) ?? 'overview';
}

/** The tabs that a job has. The recording's tab is only there for recorded jobs and for replays. */
export function tabsOf({
  recorded,
  replay_of
}: Pick<Job, 'recorded' | 'replay_of'>): readonly TabName[] {
  return TABS.filter(
    tab => tab !== 'recording' || recorded || replay_of !== null
  );
}

/** The label of a tab. */
export function tabLabel(tab: TabName, trans: TranslationBundle): string {
  switch (tab) {
    case 'overview':
      return trans.__('Overview');
    case 'timeline':
      return trans.__('Timeline');
    case 'metrics':
      return trans.__('Metrics');
    case 'log':
      return trans.__('Log');
    case 'recording':
      return trans.__('Recording');
  }
}

/** The tab that a key moves to; `null` for keys that do not move between tabs. */
export function tabAfter(
  key: string,
  tab: TabName,
  tabs: readonly TabName[]
): TabName | null {
  const at = tabs.indexOf(tab);
  switch (key) {
    case 'ArrowRight':
      return tabs[(at + 1) % tabs.length];
    case 'ArrowLeft':
      return tabs[(at + tabs.length - 1) % tabs.length];
    case 'Home':
      return tabs[0];
    case 'End':
      return tabs[tabs.length - 1];
    default:
      return null;
  }
}
