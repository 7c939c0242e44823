import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import { localeOf } from '../format';
import { CommandIDs, IJobs, IJobsPanel, ISettings } from '../tokens';
import type { IPanelContext } from './context';
import { addInstanceCommands } from './instances/commands';
import { InstanceList } from './instances/instances';
import { addJobCommands } from './jobs/commands';
import { addJobMenu } from './jobs/menu';
import { JobList } from './list/list';
import { rememberQuery } from './list/memory';
import { Selection } from './list/selection';
import { JobsPanel, PANEL_ID } from './panel';

const panel: JupyterFrontEndPlugin<Widget> = {
  id: 'jupyterlab-aibro:plugin',
  description: 'Adds the side panel of AIbro jobs and their commands.',
  autoStart: true,
  provides: IJobsPanel,
  requires: [IJobs, ISettings],
  optional: [ITranslator, IStateDB, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    jobs: IJobs,
    settings: ISettings,
    translator: ITranslator | null,
    state: IStateDB | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ) => {
    const { commands, contextMenu, shell } = app;
    const language = translator ?? nullTranslator;
    const trans = language.load('jupyterlab_aibro');
    const list = new JobList(jobs);
    const context: IPanelContext = {
      jobs,
      list,
      selection: new Selection(jobs, list),
      instances: new InstanceList(jobs),
      commands,
      trans,
      locale: localeOf(language.languageCode),
      settings
    };
    addJobCommands(commands, context, () => shell.activateById(PANEL_ID));
    addInstanceCommands(commands, context);

    const widget = new JobsPanel(context);
    addJobMenu(contextMenu, widget.node, context);
    // After the running sessions, which have 200.
    shell.add(widget, 'left', { rank: 250, type: 'AIbro' });
    restorer?.add(widget, PANEL_ID);

    for (const command of [
      CommandIDs.showPanel,
      CommandIDs.cancel,
      CommandIDs.copyId,
      CommandIDs.deleteRecording,
      CommandIDs.deleteJob,
      CommandIDs.extendInstance,
      CommandIDs.closeInstance
    ]) {
      palette?.addItem({ command, category: trans.__('AIbro') });
    }
    if (state) {
      void rememberQuery(list, state);
    }
    return widget;
  }
};

export default [panel];
