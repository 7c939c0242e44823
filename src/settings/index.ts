import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import { ISettings } from '../tokens';
import { Settings } from './settings';

/** The plugin after which the file in `schema/` is named: AIbro has one page of settings. */
const SCHEMA = 'jupyterlab-aibro:plugin';

const settings: JupyterFrontEndPlugin<ISettings> = {
  id: 'jupyterlab-aibro:settings',
  description: 'Provides the settings of AIbro.',
  autoStart: true,
  provides: ISettings,
  optional: [ISettingRegistry, ITranslator],
  activate: (
    _,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const settings = new Settings();
    // The settings that JupyterLab's server lists at the start are in English, whatever the language;
    // it translates them when they are requested one by one.
    const isListed = !translator || translator.languageCode === 'en';
    const read = isListed ? registry?.load(SCHEMA) : registry?.reload(SCHEMA);
    read?.then(
      loaded => settings.follow(loaded),
      (reason: unknown) =>
        console.error('AIbro keeps its default settings:', reason)
    );
    return settings;
  }
};

export default [settings];
