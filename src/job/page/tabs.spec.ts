import { tabAfter, tabOf, tabsOf } from './tabs';

describe('the tabs of a job', () => {
  it('have a recording only where there is something to show', () => {
    const plain = { recorded: false, replay_of: null };
    expect(tabsOf(plain)).not.toContain('recording');
    expect(tabsOf({ ...plain, recorded: true }).at(-1)).toBe('recording');
    expect(tabsOf({ ...plain, replay_of: 'a' }).at(-1)).toBe('recording');
  });

  it('begin with the overview, also for a name of no tab', () => {
    expect(tabOf('log')).toBe('log');
    expect(tabOf('lag')).toBe('overview');
    expect(tabOf(undefined)).toBe('overview');
  });

  it('are gone through with the arrows, round and round', () => {
    const tabs = ['overview', 'metrics', 'log'] as const;
    expect(tabAfter('ArrowRight', 'overview', tabs)).toBe('metrics');
    expect(tabAfter('ArrowRight', 'log', tabs)).toBe('overview');
    expect(tabAfter('ArrowLeft', 'overview', tabs)).toBe('log');
    expect(tabAfter('Home', 'log', tabs)).toBe('overview');
    expect(tabAfter('End', 'metrics', tabs)).toBe('log');
    expect(tabAfter('Enter', 'metrics', tabs)).toBeNull();
  });
});
