import { segments } from './ansi';

describe('the colours of a line', () => {
  const looks = (line: string): string[] =>
    segments(line).map(({ text, look }) =>
      [`${text}:`, look.className, ...Object.values(look.style)]
        .filter(part => part !== '')
        .join(' ')
    );

  it('are those that JupyterLab’s outputs have', () => {
    expect(looks('a \x1b[31mred \x1b[1mbold\x1b[22m red\x1b[0m no')).toEqual([
      'a :',
      'red : ansi-red-fg',
      'bold: ansi-red-intense-fg ansi-bold',
      ' red: ansi-red-fg',
      ' no:'
    ]);
    expect(looks('\x1b[92;104;4mx')).toEqual([
      'x: ansi-green-intense-fg ansi-blue-intense-bg ansi-underline'
    ]);
  });

  it('may be any of 256, or of all', () => {
    expect(looks('\x1b[38;5;9ma\x1b[38;5;196mb\x1b[48;5;244mc')).toEqual([
      'a: ansi-red-intense-fg',
      'b: rgb(255 0 0)',
      'c: rgb(255 0 0) rgb(128 128 128)'
    ]);
    expect(looks('\x1b[38;2;1;2;3;1md')).toEqual(['d: ansi-bold rgb(1 2 3)']);
  });

  it('change places when they are inverse', () => {
    expect(looks('\x1b[7ma\x1b[34mb\x1b[27mc')).toEqual([
      'a: ansi-default-inverse-fg ansi-default-inverse-bg',
      'b: ansi-default-inverse-fg ansi-blue-bg',
      'c: ansi-blue-fg'
    ]);
  });

  it('are left alone by codes that nobody knows', () => {
    expect(looks('\x1b[31m\x1b[999;3;58;5m\x1b[38;9mx')).toEqual(['x:']);
    expect(looks('\x1b[31m\x1b[73mx\x1b[mz')).toEqual(['x: ansi-red-fg', 'z:']);
  });
});
