import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import { AibroClient } from '../api';
import { CommandIDs, IJobs, IJobsPanel, ISettings } from '../tokens';
import { addJobCommands } from './commands';
import type { IPanelContext } from './context';
import { localeOf } from '../format';
import { addInstanceCommands } from './instanceCommands';
import { InstanceList } from './instances';
import { JobList } from './list';
import { rememberQuery } from './memory';
import { addJobMenu } from './menu';
import { JobsModel } from './model';
import { JobsPanel, PANEL_ID } from './panel';
import { Selection } from './selection';

const jobs: JupyterFrontEndPlugin<IJobs> = {
  id: 'jupyterlab-aibro:jobs',
  description: 'Provides the live view of AIbro jobs and instances.',
  autoStart: true,
  provides: IJobs,
  optional: [ITranslator],
  activate: ({ serviceManager }, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_aibro');
    const client = new AibroClient(serviceManager.serverSettings, trans);
    const model = new JobsModel(client);
    void model.start();
    return model;
  }
};

const panel: JupyterFrontEndPlugin<Widget> = {
  id: 'jupyterlab-aibro:plugin',
  description: 'Adds the side panel of AIbro jobs and their commands.',
  autoStart: true,
  provides: IJobsPanel,
  requires: [IJobs, ISettings],
  optional: [ITranslator, IStateDB, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    model: IJobs,
    settings: ISettings,
    translator: ITranslator | null,
    state: IStateDB | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ) => {
    const { commands, contextMenu, shell } = app;
    const language = translator ?? nullTranslator;
    const trans = language.load('jupyterlab_aibro');
    const list = new JobList(model);
    const context: IPanelContext = {
      jobs: model,
      list,
      selection: new Selection(model, list),
      instances: new InstanceList(model),
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

export default [jobs, panel];
