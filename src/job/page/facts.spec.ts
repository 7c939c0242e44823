import { nullTranslator } from '@jupyterlab/translation';
import { completedCard, trainingCard } from '../../../jest/cards';
import { T0 } from '../../../jest/timelines';
import type { JobCard } from '../../api';
import { factsOf } from './facts';

function facts(card: JobCard, parameters: number | null = null): object {
  const found = factsOf(card, {
    parameters,
    now: T0 + 65,
    trans: nullTranslator.load('jupyterlab_aibro'),
    locale: 'en'
  });
  return Object.fromEntries(found.map(([name, value]) => [name, value]));
}

describe('the facts of a job', () => {
  it('are those that there are', () => {
    const found = facts(trainingCard({ instance_id: null }));
    expect(found).toMatchObject({ Elapsed: '1:05', Epochs: '2 of 10' });
    for (const missing of ['Instance', 'Ended', 'Replay of', 'Origin']) {
      expect(found).not.toHaveProperty([missing]);
    }
  });

  it('say how long it took once it has ended', () => {
    expect(facts(completedCard())).toMatchObject({ Elapsed: '0:10' });
    expect(facts(completedCard())).toHaveProperty('Ended');
  });

  it('know the model’s parameters when its recording does', () => {
    expect(facts(trainingCard(), 7850)).toMatchObject({
      Model: '7,850 parameters, 1.2 MB'
    });
    expect(facts(trainingCard())).toMatchObject({ Model: '1.2 MB' });
  });

  it('count the attempts where there was more than one', () => {
    expect(facts(trainingCard())).not.toHaveProperty('Attempt');
    expect(facts(trainingCard({ attempt: 2 }))).toMatchObject({ Attempt: '2' });
  });

  it('tell where a replay and an import came from', () => {
    const job = { replay_of: 'b', from_epoch: 3, foreign: true };
    expect(facts(trainingCard(job))).toMatchObject({
      'Replay of': 'b',
      'Begun after': 'epoch 3',
      Origin: 'imported from a report'
    });
  });
});
