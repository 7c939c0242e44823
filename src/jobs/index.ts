import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { AibroClient } from '../api';
import { CommandIDs, IJobs } from '../tokens';
import { addJobCommands } from './commands';
import type { IPanelContext } from './context';
import { localeOf } from './format';
import { InstanceList } from './instances';
import { JobList } from './list';
import { addJobMenu } from './menu';
import { JobsModel } from './model';
import { JobsPanel, PANEL_ID } from './panel';
import { PanelSettings } from './settings';

const jobs: JupyterFrontEndPlugin<IJobs> = {
  id: 'jupyterlab-aibro:jobs',
  description: 'Provides the live view of AIbro jobs and instances.',
  autoStart: true,
  provides: IJobs,
  activate: ({ serviceManager }) => {
    const model = new JobsModel(new AibroClient(serviceManager.serverSettings));
    void model.start();
    return model;
  }
};

const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:plugin',
  description: 'Adds the side panel of AIbro jobs and their commands.',
  autoStart: true,
  requires: [IJobs],
  optional: [ITranslator, ISettingRegistry, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    model: IJobs,
    translator: ITranslator | null,
    registry: ISettingRegistry | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ) => {
    const { commands, contextMenu, shell } = app;
    const language = translator ?? nullTranslator;
    const trans = language.load('jupyterlab_aibro');
    const settings = new PanelSettings();
    const context: IPanelContext = {
      jobs: model,
      list: new JobList(model),
      instances: new InstanceList(model),
      commands,
      trans,
      locale: localeOf(language.languageCode),
      settings
    };
    addJobCommands(commands, context, () => shell.activateById(PANEL_ID));

    const widget = new JobsPanel(context);
    addJobMenu(contextMenu, widget.node);
    // After the running sessions, which have 200.
    shell.add(widget, 'left', { rank: 250, type: 'AIbro' });
    restorer?.add(widget, PANEL_ID);

    for (const command of [
      CommandIDs.showPanel,
      CommandIDs.cancel,
      CommandIDs.copyId,
      CommandIDs.deleteJob
    ]) {
      palette?.addItem({ command, category: trans.__('AIbro') });
    }
    void registry?.load(panel.id).then(loaded => settings.follow(loaded));
  }
};

export default [jobs, panel];
