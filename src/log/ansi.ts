/** Colours of terminals (SGR sequences) as the classes that JupyterLab's outputs have for them. */

/** The style of a piece of text. */
export interface ILook {
  readonly className: string;
  /** Colours that have no class. */
  readonly style: {
    readonly color?: string;
    readonly backgroundColor?: string;
  };
}

/** Text in one style. */
export interface ISegment {
  readonly text: string;
  readonly look: ILook;
}

const NAMES = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white'
];

/** A number in the palette, or a CSS colour; null is the theme's own. */
type Colour = number | string | null;

interface IState {
  readonly fg: Colour;
  readonly bg: Colour;
  readonly bold: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

const PLAIN: IState = {
  fg: null,
  bg: null,
  bold: false,
  underline: false,
  inverse: false
};

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const SGR = /\x1b\[([0-9;:]*)m/g;

/** The pieces of a line, in order; joined they are the whole text of it. */
export function segments(line: string): ISegment[] {
  const found: ISegment[] = [];
  let state = PLAIN;
  let start = 0;
  const add = (end: number): void => {
    if (end > start) {
      found.push({ text: line.slice(start, end), look: lookOf(state) });
    }
  };
  for (const match of line.matchAll(SGR)) {
    add(match.index);
    start = match.index + match[0].length;
    state = changed(state, match[1].split(/[;:]/).map(Number));
  }
  add(line.length);
  return found;
}

function changed(state: IState, codes: number[]): IState {
  let next = state;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index];
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(index + 1));
      index += used;
      next = { ...next, [code === 38 ? 'fg' : 'bg']: colour };
    } else {
      next = { ...next, ...effect(code) };
    }
  }
  return next;
}

/** What a code changes; nothing when it is unknown. */
function effect(code: number): Partial<IState> {
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { bold: true };
    case 4:
      return { underline: true };
    case 7:
      return { inverse: true };
    case 21:
    case 22:
      return { bold: false };
    case 24:
      return { underline: false };
    case 27:
      return { inverse: false };
    case 39:
      return { fg: null };
    case 49:
      return { bg: null };
  }
  const [tens, ones] = [Math.floor(code / 10), code % 10];
  if (ones > 7) {
    return {};
  }
  switch (tens) {
    case 3:
      return { fg: ones };
    case 4:
      return { bg: ones };
    case 9:
      return { fg: ones + 8 };
    case 10:
      return { bg: ones + 8 };
    default:
      return {};
  }
}

/** The colour after a 38 or 48, and how many codes it takes. */
function extended([kind, ...rest]: number[]): [colour: Colour, used: number] {
  if (kind === 2 && rest.length >= 3) {
    return [rgb(rest.slice(0, 3)), 4];
  }
  if (kind === 5 && rest.length >= 1) {
    return [indexed(rest[0]), 2];
  }
  return [null, rest.length + 1];
}

/** A colour of the 256: sixteen of the palette, a cube of six, a ramp of greys. */
function indexed(index: number): Colour {
  if (index < 16) {
    return index;
  }
  if (index < 232) {
    const step = (size: number): number => {
      const level = Math.floor((index - 16) / size) % 6;
      return level && 55 + 40 * level;
    };
    return rgb([step(36), step(6), step(1)]);
  }
  const grey = 8 + 10 * (index - 232);
  return rgb([grey, grey, grey]);
}

function rgb(parts: number[]): string {
  return `rgb(${parts.map(part => Math.min(part, 255)).join(' ')})`;
}

function lookOf({ bold, underline, inverse, ...state }: IState): ILook {
  const isDark = typeof state.fg === 'number' && state.fg < 8;
  // Bold text has the intense colours, as in a notebook's outputs.
  const text = bold && isDark ? Number(state.fg) + 8 : state.fg;
  const [fg, bg] = inverse ? [state.bg, text] : [text, state.bg];
  const classes = [
    colourClass(fg, 'fg', inverse),
    colourClass(bg, 'bg', inverse),
    bold ? 'ansi-bold' : '',
    underline ? 'ansi-underline' : ''
  ];
  return {
    className: classes.filter(name => name !== '').join(' '),
    style: {
      ...(typeof fg === 'string' && { color: fg }),
      ...(typeof bg === 'string' && { backgroundColor: bg })
    }
  };
}

function colourClass(
  colour: Colour,
  part: 'fg' | 'bg',
  inverse: boolean
): string {
  if (typeof colour === 'number') {
    return `ansi-${NAMES[colour % 8]}${colour < 8 ? '' : '-intense'}-${part}`;
  }
  return colour === null && inverse ? `ansi-default-inverse-${part}` : '';
}
