import type { TranslationBundle } from '@jupyterlab/translation';
import type { IJobs } from '../tokens';
import type { ReplayModel } from './model';
import type { FolderField, IReplayState } from './state';

/** What the form stands on. */
export interface IFormContext {
  readonly jobs: IJobs;
  readonly model: ReplayModel;
  readonly trans: TranslationBundle;
  /** BCP 47 tag for numbers and times; undefined is the browser's own. */
  readonly locale: string | undefined;
  /** The entry that a person begins with. */
  readonly first: 'job_id' | 'description';
  /** Let a person choose a folder; null where nothing can show them. */
  readonly browse: ((field: FolderField) => void) | null;
}

/** What the form is given. */
export interface IFormProps extends IFormContext {
  readonly state: IReplayState;
}

/** What each of its entries is given. */
export interface IEntryProps extends IFormProps {
  /** What is wrong with it, in words. */
  readonly problem: string | undefined;
}
