import { PromiseDelegate } from '@lumino/coreutils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
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
  wrapLog: true,
  notifications: 'all',
  desktopNotifications: false,
  checkpointFolder: '',
  logFolder: ''
};

/** A store of settings, such as the one that JupyterLab's registry loads. */
export interface IKeptSettings {
  /** Checked against the schema. */
  readonly composite: ReadonlyPartialJSONObject;
  readonly changed: ISignal<unknown, void>;
  set(name: string, value: string | number | boolean): Promise<void>;
}

/** The user's choices, live. */
export class Settings implements ISettings {
  private readonly _changed = new Signal<this, void>(this);
  private readonly _loaded = new PromiseDelegate<void>();
  private _current = DEFAULTS;
  private _kept: IKeptSettings | null = null;

  get current(): IChoices {
    return this._current;
  }

  get loaded(): Promise<void> {
    return this._loaded.promise;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Read the settings now and whenever they change. */
  follow(settings: IKeptSettings): void {
    const read = (): void => {
      this._current = { ...DEFAULTS, ...settings.composite };
      this._changed.emit();
    };
    this._kept = settings;
    settings.changed.connect(read);
    read();
    this._loaded.resolve();
  }

  /**
   * Change settings on behalf of the user.
   *
   * The change holds at once; where it cannot be saved, it holds until the page is reloaded.
   */
  async choose(choices: Partial<IChoices>): Promise<void> {
    this._current = { ...this._current, ...choices };
    this._changed.emit();
    try {
      for (const [name, value] of Object.entries(choices)) {
        await this._kept?.set(name, value);
      }
    } catch (error) {
      console.error('AIbro’s setting is not kept:', error);
    }
  }
}
