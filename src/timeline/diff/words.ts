import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDiffRow } from './reading';

/** What a line of a comparison is called. */
export function labelOf({ name }: IDiffRow, trans: TranslationBundle): string {
  switch (name) {
    case 'all':
      return trans.__('In all');
    case 'idle':
      return trans.__('Idle');
    default:
      return name;
  }
}
