import { LogTail, stripEscapes } from './text';

describe('the text of a log', () => {
  it('loses the colours that terminals understand', () => {
    expect(
      stripEscapes('\x1b[1m\x1b[38;5;2mgreen\x1b[0m\x1b]0;title\x07!')
    ).toBe('green!');
  });

  const tailOf = (...parts: string[]): LogTail => {
    const tail = new LogTail(20);
    parts.forEach(part => tail.append(part));
    return tail;
  };

  it('shows the last state of a line that is drawn again and again', () => {
    expect(tailOf('a\n1/9\r2/9\r', '3/9\nb').text).toBe('a\n3/9\nb');
  });

  it('keeps a line whose end comes in two parts', () => {
    expect(tailOf('whole\r', '\nnext').text).toBe('whole\nnext');
  });

  it('keeps only so much, from the beginning of a line, and says so', () => {
    const tail = tailOf('0123456789\n', 'abcdefghij\n', 'klm\n');
    expect(tail.text).toBe('abcdefghij\nklm\n');
    expect(tail.isCut).toBe(true);
    expect(tailOf('short').isCut).toBe(false);
  });
});
