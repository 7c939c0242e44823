import type { TranslationBundle } from '@jupyterlab/translation';
import type { IJobs } from '../tokens';
import type { ReplayModel } from './model';
import type { FolderField, IReplayState } from './state';

/** What the form needs besides its own state. */
export interface IFormContext {
  readonly jobs: IJobs;
  readonly model: ReplayModel;
  readonly trans: TranslationBundle;
  /** BCP 47 tag for formatting numbers and times; undefined means the browser's default. */
  readonly locale: string | undefined;
  /** The field that gets the focus first. */
  readonly first: 'job_id' | 'description';
  /** Let the user choose a folder; null if folders cannot be browsed. */
  readonly browse: ((field: FolderField) => void) | null;
}

/** Props of the form. */
export interface IFormProps extends IFormContext {
  readonly state: IReplayState;
}

/** Props of each field. */
export interface IEntryProps extends IFormProps {
  /** The error message for this field, if any. */
  readonly problem: string | undefined;
}
