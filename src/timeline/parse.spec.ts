import { completed, training } from '../../jest/timelines';
import type { Timeline } from '../api/_models';
import { parseTimeline } from './parse';

function through(timeline: Timeline): unknown {
  return JSON.parse(JSON.stringify(timeline));
}

describe('the timeline in an output', () => {
  it.each([completed(), training(), completed({ char_type: 'pie' })])(
    'is read as it was written',
    timeline => {
      expect(parseTimeline(through(timeline))).toEqual(timeline);
    }
  );

  it('is a funnel whatever the chart is called, unless it is a pie', () => {
    const data = { ...completed(), char_type: 'doughnut' };
    expect(parseTimeline(data)?.char_type).toBe('funnel');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'timeline'],
    ['a list', []],
    ['an empty object', {}],
    ['an unknown status', { ...completed(), status: 'DONE' }],
    [
      'a period of another product',
      { ...completed(), periods: [{ name: 'Lunch', start: 0, end: 1 }] }
    ],
    [
      'a period without a start',
      { ...completed(), periods: [{ name: 'Job Create', start: null, end: 1 }] }
    ],
    ['a time that is no number', { ...completed(), as_of: NaN }],
    ['periods that are no list', { ...completed(), periods: null }]
  ])('is refused when it is %s', (_, data) => {
    expect(parseTimeline(data)).toBeNull();
  });
});
