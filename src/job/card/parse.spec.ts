import { completedCard, trainingCard } from '../../../jest/cards';
import { parseCard } from './parse';

describe('the card in an output', () => {
  it.each([
    trainingCard(),
    completedCard({ reason_kind: 'user', verdict: 'IDENTICAL' })
  ])('is read as it was written', card => {
    expect(parseCard(JSON.parse(JSON.stringify(card)))).toEqual(card);
  });

  it('of another version is read as far as it is known', () => {
    const { job_id, description, status, substatus, created_at, ended_at } =
      trainingCard().job;
    const card = parseCard({
      job: {
        job_id,
        description,
        status,
        substatus,
        created_at,
        ended_at,
        new: 1
      },
      reached: 'TRAINING',
      metric: null,
      values: [],
      as_of: 1
    });
    expect(card?.job).toMatchObject({ job_id, metrics: {}, epochs: 0 });
    expect(card?.left_s).toBeNull();
  });

  it('has its metrics in the order of the training, though saving sorted them', () => {
    const metrics = { accuracy: 1, loss: 2, val_accuracy: 3, val_loss: 4 };
    const card = parseCard(trainingCard({ metrics }));
    expect(Object.keys(card?.job.metrics ?? {})).toEqual([
      'loss',
      'accuracy',
      'val_loss',
      'val_accuracy'
    ]);
  });

  it.each([
    null,
    'text',
    [],
    {},
    { ...trainingCard(), job: null },
    { ...trainingCard(), values: ['0.1'] },
    { ...trainingCard(), as_of: 'now' },
    trainingCard({ status: 'ASLEEP' as 'QUEUING' }),
    trainingCard({ created_at: NaN }),
    trainingCard({ created_at: -1e300 }),
    trainingCard({ ended_at: 1e13 }),
    trainingCard({}, { as_of: 1e300 }),
    trainingCard({}, { values: Array<number>(1001).fill(1) })
  ])('is refused when it is no card: %j', data => {
    expect(parseCard(data)).toBeNull();
  });
});
