import { makeEpoch } from '../../../jest/recordings';
import { metricNames, seriesOf } from './series';

const recorded = [
  makeEpoch(1, { accuracy: 0.5, loss: 2, val_loss: 2.5 }),
  makeEpoch(2, { accuracy: 0.6, loss: 1, val_loss: 1.5 }),
  makeEpoch(3, { accuracy: 0.7, loss: 0.5, val_loss: null })
];

describe('the metrics to choose from', () => {
  it('begin with the losses', () => {
    expect(metricNames(recorded, [])).toEqual(['loss', 'val_loss', 'accuracy']);
  });

  it('are those of either job', () => {
    const other = [makeEpoch(1, { loss: 1, auc: 0.5 })];
    expect(metricNames(recorded, other)).toEqual([
      'loss',
      'val_loss',
      'accuracy',
      'auc'
    ]);
    expect(metricNames([], [])).toEqual([]);
  });
});

describe('recorded and replayed side by side', () => {
  it('differ nowhere when every bit is the same', () => {
    const { differsFrom, points } = seriesOf('loss', recorded, recorded);
    expect(differsFrom).toBeNull();
    expect(points).toHaveLength(3);
  });

  it('differ from the first epoch whose last bit is another', () => {
    const replayed = [
      recorded[0],
      makeEpoch(2, { loss: 1 + Number.EPSILON }),
      makeEpoch(3, { loss: 9 })
    ];
    expect(seriesOf('loss', recorded, replayed).differsFrom).toBe(2);
  });

  it('may have other weights before any metric shows it', () => {
    const replayed = [makeEpoch(1, { loss: 2 }, 'other'), recorded[1]];
    const series = seriesOf('loss', recorded, replayed);
    expect(series.differsFrom).toBeNull();
    expect(series.points[0].sameWeights).toBe(false);
  });

  it('a value that is no number is the same as another such, and no number is not', () => {
    const nan = [recorded[0], recorded[1], recorded[2]];
    expect(seriesOf('val_loss', recorded, nan).differsFrom).toBeNull();
    const finite = [...nan.slice(0, 2), makeEpoch(3, { val_loss: 1 })];
    expect(seriesOf('val_loss', recorded, finite).differsFrom).toBe(3);
  });

  it('compare only what both have: a replay under way, or from an epoch on', () => {
    const { points, differsFrom } = seriesOf('loss', recorded, [recorded[1]]);
    expect(differsFrom).toBeNull();
    expect(points.map(({ replayed }) => replayed)).toEqual([
      undefined,
      1,
      undefined
    ]);
    expect(points[0].sameWeights).toBeNull();
  });

  it('stand in the order of the epochs, also where the recorded job is gone', () => {
    const { points } = seriesOf('loss', [], [recorded[1], recorded[2]]);
    expect(points.map(({ epoch }) => epoch)).toEqual([2, 3]);
    expect(points[0].recorded).toBeUndefined();
  });
});
