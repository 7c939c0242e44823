import { nullTranslator } from '@jupyterlab/translation';
import { completedCard, trainingCard } from '../../../jest/cards';
import type { Job, JobCard } from '../../api';
import { languageOf } from '../../format';
import { progressShare } from '../model/job';
import { epochWords, secondsLeft, stepsOf } from './progress';

const language = languageOf(nullTranslator);

function states(card: JobCard): string {
  return stepsOf(card)
    .map(({ state }) => state)
    .join(' ');
}

describe('the steps of a job', () => {
  it('are the six substatuses that a job goes through', () => {
    expect(stepsOf(trainingCard()).map(({ name }) => name)).toEqual([
      'REQUESTING SERVER',
      'CONNECTING SERVER',
      'SENDING MODEL & DATA',
      'GEARING ENV',
      'TRAINING',
      'RETURNING'
    ]);
  });

  it.each([
    [
      'waits',
      trainingCard({ status: 'QUEUING', substatus: 'REQUESTING SERVER' }),
      'current ahead ahead ahead ahead ahead'
    ],
    ['trains', trainingCard(), 'done done done done current ahead'],
    ['completed', completedCard(), 'done done done done done done'],
    [
      'failed',
      completedCard(
        {
          status: 'CANCELED',
          substatus: 'CANCELED',
          reason_kind: 'training-error'
        },
        { reached: 'TRAINING' }
      ),
      'done done done done failed ahead'
    ],
    [
      'was canceled',
      completedCard(
        { status: 'CANCELED', substatus: 'CANCELED', reason_kind: 'user' },
        { reached: 'GEARING ENV' }
      ),
      'done done done stopped ahead ahead'
    ],
    [
      'was canceled nobody knows where',
      completedCard(
        { status: 'CANCELED', substatus: 'CANCELED' },
        { reached: 'CANCELED' }
      ),
      'ahead ahead ahead ahead ahead ahead'
    ]
  ])('say where it stands when it %s', (_, card, expected) => {
    expect(states(card)).toBe(expected);
  });
});

describe('the progress of a job', () => {
  const job = (changes: Partial<Job>): Job => trainingCard(changes).job;

  it.each([
    ['Epoch 3 of 10, batch 5 of 10', { epoch: 2, batch: 5, batches: 10 }],
    ['Epoch 3 of 10', { epoch: 2, batch: 0, batches: 10 }],
    ['Epoch 3 of 10', { epoch: 2, batch: 5, batches: null }],
    ['Epoch 10 of 10', { epoch: 10, batch: 0 }],
    ['10 of 10 epochs', { epoch: 10, substatus: 'RETURNING' as const }],
    ['1 of 1 epoch', { epoch: 1, epochs: 1, substatus: 'RETURNING' as const }],
    [
      '10 epochs',
      {
        status: 'QUEUING' as const,
        substatus: 'GEARING ENV' as const,
        epoch: 0
      }
    ],
    [
      '3 of 10 epochs',
      {
        status: 'COMPLETED' as const,
        substatus: 'COMPLETED' as const,
        epoch: 3
      }
    ]
  ])('reads "%s"', (words, changes) => {
    expect(epochWords(job(changes), language)).toBe(words);
  });

  it('counts the batches of the running epoch', () => {
    expect(progressShare(job({ epoch: 2, batch: 5, batches: 10 }))).toBe(0.25);
  });

  it.each([
    [0, { epochs: 0 }],
    [1, { epoch: 10, batch: 10, batches: 10 }],
    [0.2, { epoch: 2, batch: 5, batches: null }],
    [0.3, { epoch: 3, batch: 5, substatus: 'CANCELED' as const }]
  ])('stays between nothing and all: %d', (share, changes) => {
    expect(progressShare(job(changes))).toBe(share);
  });

  it('counts the time left down, never below nothing', () => {
    const card = trainingCard();
    expect(secondsLeft(card, card.as_of + 5)).toBe(15);
    expect(secondsLeft(card, card.as_of - 5)).toBe(20);
    expect(secondsLeft(card, card.as_of + 500)).toBe(0);
  });

  it('knows of no time left when nobody trains or the pace is not known', () => {
    expect(secondsLeft(trainingCard({}, { left_s: null }), 0)).toBeNull();
    expect(secondsLeft(trainingCard({ substatus: 'RETURNING' }), 0)).toBeNull();
  });
});
