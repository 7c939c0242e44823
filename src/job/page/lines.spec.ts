import { lineStyles, shownMetrics } from './lines';

const KERAS = ['loss', 'val_loss', 'accuracy', 'val_accuracy'];

describe('the lines of the metrics', () => {
  it('are, unless the user chose, those of the losses', () => {
    expect(shownMetrics(KERAS, new Map())).toEqual(['loss', 'val_loss']);
  });

  it('are that of the first metric when there is no loss', () => {
    expect(shownMetrics(['score', 'time'], new Map())).toEqual(['score']);
    expect(shownMetrics([], new Map())).toEqual([]);
  });

  it('keep what the user chose when another metric comes', () => {
    const chosen = new Map([
      ['loss', false],
      ['accuracy', true]
    ]);
    expect(shownMetrics(['loss', 'accuracy'], chosen)).toEqual(['accuracy']);
    expect(shownMetrics(KERAS, chosen)).toEqual(['val_loss', 'accuracy']);
  });

  it('show by a dash, and by nothing else, what is of the validation', () => {
    const styles = lineStyles(KERAS);
    const loss = styles.get('loss');
    expect(loss?.dash).toBe('solid');
    expect(styles.get('val_loss')).toEqual({ ...loss, dash: 'dash' });
    expect(styles.get('accuracy')?.color).not.toBe(loss?.color);
    expect(styles.get('accuracy')?.shape).not.toBe(loss?.shape);
  });

  it('look all different, up to twenty', () => {
    const names = Array.from({ length: 20 }, (_, index) => `metric ${index}`);
    const styles = [...lineStyles(names).values()].map(look =>
      JSON.stringify(look)
    );
    expect(new Set(styles).size).toBe(20);
  });
});
