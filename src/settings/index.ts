import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ISettings } from '../tokens';
import { Settings } from './settings';

/** The plugin after which the file in `schema/` is named: AIbro has one page of settings. */
const SCHEMA = 'jupyterlab-aibro:plugin';

const settings: JupyterFrontEndPlugin<ISettings> = {
  id: 'jupyterlab-aibro:settings',
  description: 'Provides the settings of AIbro.',
  autoStart: true,
  provides: ISettings,
  optional: [ISettingRegistry],
  activate: (_, registry: ISettingRegistry | null) => {
    const settings = new Settings();
    registry?.load(SCHEMA).then(
      loaded => settings.follow(loaded),
      (reason: unknown) =>
        console.error('AIbro keeps its default settings:', reason)
    );
    return settings;
  }
};

export default [settings];
