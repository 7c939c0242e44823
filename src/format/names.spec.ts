import { inNaturalOrder } from '.';

describe('names', () => {
  it('are listed as they came', () => {
    const names = ['loss', 'accuracy', 'val_loss', 'val_accuracy'];
    expect(inNaturalOrder(names)).toEqual(names);
  });

  it('that differ in a number alone are listed as people count', () => {
    const names = ['metric_10', 'metric_2', 'val_loss', 'loss', 'metric_1'];
    expect(inNaturalOrder(names)).toEqual([
      'metric_1',
      'metric_2',
      'metric_10',
      'val_loss',
      'loss'
    ]);
  });
});
