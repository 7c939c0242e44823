import { nullTranslator } from '@jupyterlab/translation';
import type { Recording } from '../api';
import { differenceWords, formatSize, recordingWords } from './facts';

const trans = nullTranslator.load('jupyterlab_aibro');

const recording: Recording = {
  job_id: 'a',
  description: '',
  status: 'COMPLETED',
  created_at: 0,
  size_bytes: 4_200_000,
  epochs: 3,
  environment: {
    interpreter: '/usr/bin/python',
    python: '3.11.2',
    backend: 'tensorflow',
    packages: { keras: '3.15.1', tensorflow: '2.21.0', jax: '0.10.2' },
    platform: 'Linux',
    cpu: 'x86',
    cpus: 2,
    threads: {},
    gpus: []
  },
  differences: []
};

describe('the facts of a recording', () => {
  it('name the framework that trained, not every one that is installed', () => {
    expect(recordingWords(recording, trans, 'en')).toBe(
      'Keras 3.15.1, TensorFlow 2.21.0, Python 3.11.2, 3 epochs, 4.2 MB'
    );
  });

  it('do without a framework whose version is not known', () => {
    const environment = { ...recording.environment, packages: {} };
    expect(recordingWords({ ...recording, environment }, trans, 'en')).toBe(
      'Python 3.11.2, 3 epochs, 4.2 MB'
    );
  });

  it.each([
    [0, '0 byte'],
    [999, '999 byte'],
    [1000, '1 kB'],
    [205_099, '205 kB'],
    [4_200_000, '4.2 MB'],
    [1e9, '1 GB'],
    [2.5e15, '2,500 TB']
  ])('%d bytes read %s', (bytes, text) => {
    expect(formatSize(bytes, 'en')).toBe(text);
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
