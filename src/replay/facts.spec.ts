import { nullTranslator } from '@jupyterlab/translation';
import { makeRecording } from '../../jest/recordings';
import {
  contentWords,
  differenceWords,
  partWords,
  recordingWords,
  usesRecordedInterpreter
} from './facts';

const trans = nullTranslator.load('jupyterlab_aibro');

const recording = makeRecording();
const environment = {
  ...recording.environment,
  packages: { keras: '3.15.1', tensorflow: '2.21.0', jax: '0.10.2' }
};

describe('the facts of a recording', () => {
  it('name the framework that trained, not every one that is installed', () => {
    expect(recordingWords({ ...recording, environment }, trans, 'en')).toBe(
      'Keras 3.15.1, TensorFlow 2.21.0, Python 3.11.2, 3 epochs, 4.2 MB'
    );
  });

  it('do without a framework whose version is not known', () => {
    const bare = makeRecording({
      environment: { ...environment, packages: {} }
    });
    expect(recordingWords(bare, trans, 'en')).toBe(
      'Python 3.11.2, 3 epochs, 4.2 MB'
    );
  });

  it('say what was trained and how', () => {
    expect(contentWords(recording, trans, 'en')).toBe(
      '7,850 parameters, batches of 64, seed 42, custom code: no'
    );
    const other = makeRecording({
      parameters: 1,
      fit_arguments: ['callbacks', 'class_weight'],
      seed: null,
      custom_code: true
    });
    expect(contentWords(other, trans, 'en')).toBe(
      '1 parameter, batches of 64, with callbacks, class_weight, no seed, custom code: yes'
    );
  });

  it.each([
    ['the recorded one', {}, true],
    ['none', { interpreter: null }, false],
    [
      'another one',
      {
        interpreter: '/opt/python',
        differences: [
          {
            name: 'interpreter',
            recorded: '/usr/bin/python',
            current: '/opt/python'
          }
        ]
      },
      false
    ],
    ["one of this machine for somebody else's job", { foreign: true }, false]
  ])('tell whether the interpreter of a replay is %s', (_, extra, same) => {
    expect(usesRecordedInterpreter(makeRecording(extra))).toBe(same);
  });

  it.each([
    [{}, 'x: float32 60,000 × 28 × 28, 188 MB'],
    [{ dtype: null, shape: null }, 'x: 188 MB'],
    [{ shape: [] }, 'x: float32, 188 MB']
  ])('an array %j reads “%s”', (extra, words) => {
    const part = {
      name: 'x',
      size_bytes: 188_160_000,
      dtype: 'float32',
      shape: [60_000, 28, 28],
      ...extra
    };
    expect(partWords(part, 'en')).toBe(words);
  });

  it.each([
    ['2.21', '2.22', 'package x: 2.21 when recorded, 2.22 here'],
    ['2.21', null, 'package x: 2.21 when recorded, missing here'],
    [null, '2.22', 'package x: 2.22 here, missing when recorded']
  ])('recorded %s, now %s reads “%s”', (was, is, words) => {
    const difference = { name: 'package x', recorded: was, current: is };
    expect(differenceWords(difference, trans)).toBe(words);
  });
});
