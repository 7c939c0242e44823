import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IJobs, ISettings } from '../tokens';
import type { InstanceList } from './instances/instances';
import type { JobList } from './list/list';
import type { Selection } from './list/selection';

/** What every part of the panel works with. */
export interface IPanelContext {
  readonly jobs: IJobs;
  readonly list: JobList;
  readonly selection: Selection;
  readonly instances: InstanceList;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  /** BCP 47 tag for numbers and times; undefined is the browser's own. */
  readonly locale: string | undefined;
  readonly settings: ISettings;
}
