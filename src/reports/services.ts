import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IJobs } from '../tokens';

/** The parts of JupyterLab that reports use; those that are null are optional. */
export interface IReportServices {
  readonly jobs: IJobs;
  readonly commands: CommandRegistry;
  readonly contents: Contents.IManager;
  readonly defaultDrive: Contents.IDrive | null;
  readonly fileBrowser: FileBrowser | null;
  readonly translator: ITranslator;
}
