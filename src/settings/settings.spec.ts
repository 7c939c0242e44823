import schema from '../../schema/plugin.json';
import { DEFAULTS } from './settings';

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
});
