import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { IChoices, ISettings } from '../tokens';

/** What holds until the settings are loaded: the defaults of `schema/plugin.json`. */
export const DEFAULTS: IChoices = {
  metric: 'loss',
  showMetric: true,
  showElapsed: true,
  showInstances: true,
  extendSeconds: 300,
  chart: 'funnel',
  notifications: 'all',
  desktopNotifications: false,
  checkpointFolder: '',
  logFolder: ''
};

/** The user's choices, live. */
export class Settings implements ISettings {
  private readonly _changed = new Signal<this, void>(this);
  private readonly _loaded = new PromiseDelegate<void>();
  private _current = DEFAULTS;

  get current(): IChoices {
    return this._current;
  }

  get loaded(): Promise<void> {
    return this._loaded.promise;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Take over what is set now and whatever is set later. */
  follow(settings: ISettingRegistry.ISettings): void {
    const read = (): void => {
      // The registry has checked it against the schema.
      this._current = { ...DEFAULTS, ...(settings.composite as object) };
      this._changed.emit();
    };
    settings.changed.connect(read);
    read();
    this._loaded.resolve();
  }
}
