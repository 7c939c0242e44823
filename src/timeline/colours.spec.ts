import type { PeriodName } from '../api/_models';
import { PERIODS } from '../api/_models';
import { PERIOD_COLOURS, contrast, inkOn } from './colours';

const FAMILIES: readonly (readonly PeriodName[])[] = [
  ['Job Create', 'Request Launch', 'Instance Connect'],
  ['API Transfer & Server Setup', 'Env Gear up'],
  [
    'M&D Serialization',
    'M&D Transfer',
    'M&D Deserialization',
    'Result Serialization',
    'Result Transfer'
  ],
  ['Model Training']
];

type Triple = readonly [number, number, number];

function linear(colour: string): Triple {
  const [red, green, blue] = [1, 3, 5].map(at => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

function times(matrix: readonly Triple[], v: Triple): Triple {
  const [x, y, z] = matrix.map(
    row => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]
  );
  return [x, y, z];
}

/** How a colour looks without one kind of cone: Machado, Oliveira and Fernandes (2009). */
const SIGHTS: Readonly<Record<string, readonly Triple[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1]
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998]
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881]
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039]
  ]
};

function lab(rgb: Triple): Triple {
  const [x, y, z] = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041]
    ],
    rgb
  );
  const f = (t: number): number =>
    t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
  const [a, b, c] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * b - 16, 500 * (a - b), 200 * (b - c)];
}

function distance(one: string, other: string, sight: string): number {
  const [p, q] = [one, other].map(colour =>
    lab(times(SIGHTS[sight], linear(colour)))
  );
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

it('gives every period a colour of its own', () => {
  expect(new Set(Object.values(PERIOD_COLOURS)).size).toBe(PERIODS.length);
  expect(FAMILIES.flat().sort()).toEqual([...PERIODS].sort());
});

it.each(Object.keys(SIGHTS))(
  'keeps the four families apart for eyes with %s',
  sight => {
    const pairs = FAMILIES.flatMap((family, index) =>
      FAMILIES.slice(index + 1).flatMap(other =>
        family.flatMap(one =>
          other.map((two): [string, string, number] => [
            one,
            two,
            distance(PERIOD_COLOURS[one], PERIOD_COLOURS[two], sight)
          ])
        )
      )
    );
    // Neighbours of 10 are easily told apart; 2 is the least that can be seen.
    expect(pairs.filter(([, , far]) => far < 10)).toEqual([]);
  }
);

it.each(PERIODS)(
  'draws %s readably on the light and the dark background',
  name => {
    expect(contrast(PERIOD_COLOURS[name], '#ffffff')).toBeGreaterThanOrEqual(3);
    expect(contrast(PERIOD_COLOURS[name], '#111111')).toBeGreaterThanOrEqual(3);
  }
);

it.each(PERIODS)('writes readably on the slice of %s', name => {
  const colour = PERIOD_COLOURS[name];
  expect(contrast(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5);
});
