import { inNaturalOrder } from '.';

describe('names', () => {
  it('are listed as people count', () => {
    const names = ['metric_10', 'metric_2', 'val_loss', 'loss', 'metric_1'];
    expect(inNaturalOrder(names)).toEqual([
      'loss',
      'metric_1',
      'metric_2',
      'metric_10',
      'val_loss'
    ]);
  });
});
