import { patternOf, pieces } from './marks';

describe('the hits in a line', () => {
  const drawn = (line: string, text: string, matchCase = false): string =>
    pieces(line, patternOf({ text, matchCase }))
      .map(({ text, look, hit }) => {
        const part = look.className ? `<${text}>` : text;
        return hit === null ? part : `[${hit}${part}]`;
      })
      .join('');

  it('are marked one by one', () => {
    expect(drawn('loss: 0.5 val_loss: 0.6', 'loss')).toBe(
      '[0loss]: 0.5 val_[1loss]: 0.6'
    );
    expect(drawn('aaa', 'a')).toBe('[0a][1a][2a]');
    expect(drawn('nothing', 'x')).toBe('nothing');
    expect(drawn('nothing', '')).toBe('nothing');
  });

  it('go on where the colour changes', () => {
    expect(drawn('a\x1b[31mbc\x1b[0md bcd', 'bcd')).toBe('a[0<bc>][0d] [1bcd]');
  });

  it('are found whatever the capitals, unless these count', () => {
    expect(drawn('Loss loss', 'LOSS')).toBe('[0Loss] [1loss]');
    expect(drawn('Loss loss', 'loss', true)).toBe('Loss [0loss]');
  });

  it('are of the text as it was typed, not of a pattern', () => {
    expect(drawn('0.5 (a+b) [x] \\d 1-2', '0.5 (a+b) [x] \\d 1-2')).toBe(
      '[00.5 (a+b) [x] \\d 1-2]'
    );
    expect(drawn('025', '0.5')).toBe('025');
  });
});
