import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { AibroClient } from '../src/api';
import { JobsModel } from '../src/live/model';
import type { IPanelContext } from '../src/panel/context';
import { InstanceList } from '../src/panel/instances/instances';
import { JobList } from '../src/panel/list/list';
import { Selection } from '../src/panel/list/selection';
import { Settings } from '../src/settings/settings';
import type { Backend } from './backend';

/** What the panel and its commands need, and the concrete model behind it. */
export interface ISpecContext extends IPanelContext {
  readonly jobs: JobsModel;
}

/** Create a context for a spec; the model is not started yet. */
export function makePanelContext(backend: Backend): ISpecContext {
  const jobs = new JobsModel(new AibroClient(backend.settings));
  const list = new JobList(jobs);
  return {
    jobs,
    list,
    selection: new Selection(jobs, list),
    instances: new InstanceList(jobs),
    commands: new CommandRegistry(),
    trans: nullTranslator.load('jupyterlab_aibro'),
    locale: 'en',
    settings: new Settings()
  };
}

/** Dispose of everything that `makePanelContext` created. */
export function disposePanelContext(context: ISpecContext): void {
  context.instances.dispose();
  context.selection.dispose();
  context.list.dispose();
  context.jobs.dispose();
}
