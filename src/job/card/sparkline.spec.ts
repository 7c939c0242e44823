import { sparkline } from './sparkline';

describe('a sparkline', () => {
  it('goes from left to right, the largest value on top', () => {
    expect(sparkline([2, 1, 0], 106, 26)).toEqual({
      path: 'M3 3L53 13L103 23',
      end: [103, 23]
    });
  });

  it('has a gap where a loss was not a number', () => {
    const { path } = sparkline([2, null, 1, 0], 106, 26);
    expect(path.match(/[ML]/g)).toEqual(['M', 'M', 'L']);
  });

  it('ends at the last number', () => {
    expect(sparkline([2, 0, null], 106, 26).end).toEqual([53, 23]);
  });

  it('runs through the middle when nothing changes', () => {
    expect(sparkline([1, 1], 106, 26).path).toBe('M3 13L103 13');
  });

  it('does not break with the largest numbers that there are', () => {
    const most = Number.MAX_VALUE;
    expect(sparkline([most, 0, -most], 106, 26).path).toBe('M3 3L53 13L103 23');
  });

  it.each([[[]], [[null, null]]])('of %j is empty', values => {
    expect(sparkline(values, 106, 26)).toEqual({ path: '', end: null });
  });
});
