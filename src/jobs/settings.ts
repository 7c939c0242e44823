import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** The user's choices, as in `schema/plugin.json`; its defaults until they are loaded. */
export class PanelSettings {
  private readonly _changed = new Signal<this, void>(this);
  private _metric = 'loss';
  private _extendSeconds = 300;

  /** The metric shown in a row, when the job has it. */
  get metric(): string {
    return this._metric;
  }

  /** By how many seconds an instance is extended. */
  get extendSeconds(): number {
    return this._extendSeconds;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Take over what is set now and whatever is set later. */
  follow(settings: ISettingRegistry.ISettings): void {
    const read = (): void => {
      this._metric = settings.composite.metric as string;
      this._extendSeconds = settings.composite.extendSeconds as number;
      this._changed.emit();
    };
    settings.changed.connect(read);
    read();
  }
}
