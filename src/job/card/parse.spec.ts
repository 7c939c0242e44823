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

  it.each([
    null,
    'text',
    [],
    {},
    { ...trainingCard(), job: null },
    { ...trainingCard(), values: ['0.1'] },
    { ...trainingCard(), as_of: 'now' },
    trainingCard({ status: 'ASLEEP' as 'QUEUING' }),
    trainingCard({ created_at: NaN })
  ])('is refused when it is no card: %j', data => {
    expect(parseCard(data)).toBeNull();
  });
});
