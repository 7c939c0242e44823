import { Signal } from '@lumino/signaling';
import schema from '../../schema/plugin.json';
import { DEFAULTS, Settings } from './settings';

describe('the settings', () => {
  it('have the same defaults before they are loaded as in the schema', () => {
    const inSchema = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [
        name,
        property.default
      ])
    );
    expect(DEFAULTS).toEqual(inSchema);
  });

  it('are explained, each with a title and a sentence', () => {
    for (const property of Object.values(schema.properties)) {
      expect(property.title).toMatch(/^[A-Z]/);
      expect(property.description).toMatch(/\.$/);
    }
  });

  it('hold at once when chosen elsewhere, and are kept where settings are kept', async () => {
    const settings = new Settings();
    const kept: unknown[] = [];
    const owner = {};
    settings.follow({
      composite: {},
      changed: new Signal<object, void>(owner),
      set: (name: string, value: unknown) => {
        kept.push([name, value]);
        return Promise.resolve();
      }
    });
    const chosen = settings.choose({ wrapLog: false });
    expect(settings.current.wrapLog).toBe(false);
    await chosen;
    expect(kept).toEqual([['wrapLog', false]]);
  });
});
