import { nullTranslator } from '@jupyterlab/translation';
import { makeJob } from '../../jest/jobs';
import { makeRecording } from '../../jest/recordings';
import {
  initialState,
  problemsOf,
  readWait,
  requestOf,
  whyUnfit
} from './state';
import type { IReplayState } from './state';

const trans = nullTranslator.load('jupyterlab_aibro');

const recorded = makeJob('a', {
  recorded: true,
  status: 'COMPLETED',
  ended_at: 2000
});

const recording = makeRecording();

/** The state of a valid form; `extra` overrides some fields. */
function filled(extra: Partial<IReplayState> = {}): IReplayState {
  const folder = {
    on: true,
    text: 'examples',
    check: { kind: 'good', path: 'examples' }
  } as const;
  return {
    ...initialState({
      directory_to_save_ckpt: 'examples',
      directory_to_save_log: 'examples'
    }),
    choice: { kind: 'ready', job: recorded, recording },
    directory_to_save_ckpt: folder,
    directory_to_save_log: folder,
    ...extra
  };
}

describe('the seconds to wait', () => {
  it.each([
    ['10000', 10000],
    ['0', 0],
    [' 2.5 ', 2.5],
    ['1e3', 1000]
  ])('%j is read as %d', (text, value) => {
    expect(readWait(text, trans)).toEqual({ ok: true, value });
  });

  it.each(['', '  ', 'soon', '10 s', '1e999', 'NaN'])(
    '%j is no number of seconds',
    text => {
      expect(readWait(text, trans)).toEqual({
        ok: false,
        message: 'Enter a number of seconds, such as 10000.'
      });
    }
  );

  it('cannot be negative', () => {
    expect(readWait('-1', trans)).toEqual({
      ok: false,
      message: 'The seconds to wait cannot be negative.'
    });
  });
});

describe('which jobs can be replayed', () => {
  it('a recorded job that has ended can', () => {
    expect(whyUnfit(recorded, trans)).toBeNull();
  });

  it('a job that was not recorded says how to record one', () => {
    expect(whyUnfit({ ...recorded, recorded: false }, trans)).toBe(
      'Job a was not recorded; run it with record=True to be able to replay it.'
    );
  });

  it('a job that still runs says so', () => {
    const running = makeJob('b', { recorded: true });
    expect(whyUnfit(running, trans)).toContain('not ended yet (TRAINING)');
  });
});

describe('what can be sent', () => {
  it('is what was filled in', () => {
    const state = filled({
      description: 'why?',
      wait: '60',
      fromEpoch: 2,
      trust: true
    });
    expect(requestOf(state, trans)).toEqual({
      recorded,
      body: {
        description: 'why?',
        directory_to_save_ckpt: 'examples',
        directory_to_save_log: 'examples',
        wait_request_s: 60,
        from_epoch: 2,
        trust: true
      }
    });
  });

  it('saves nothing of what is switched off, whatever folder it names', () => {
    const off = {
      on: false,
      text: 'nowhere',
      check: { kind: 'bad', message: 'There is none.' }
    } as const;
    const state = filled({ directory_to_save_log: off });
    expect(requestOf(state, trans)?.body.directory_to_save_log).toBeNull();
    expect(problemsOf(state, trans)).toEqual({});
  });

  it.each<[string, Partial<IReplayState>]>([
    ['no job is chosen', { choice: { kind: 'none' } }],
    [
      'the recording is read',
      { choice: { kind: 'loading', jobId: 'a', job: null } }
    ],
    [
      'the job is unfit',
      { choice: { kind: 'unfit', jobId: 'a', job: null, message: 'No.' } }
    ],
    ['the seconds are wrong', { wait: 'soon' }],
    [
      'nothing here can run it',
      {
        choice: {
          kind: 'ready',
          job: recorded,
          recording: makeRecording({ problem: 'Install Keras.' })
        }
      }
    ],
    [
      'its code is not trusted',
      {
        choice: {
          kind: 'ready',
          job: recorded,
          recording: makeRecording({ foreign: true, custom_code: true })
        }
      }
    ],
    ['the server refused an entry', { refusals: { description: 'Too long.' } }],
    [
      'a folder is being looked up',
      {
        directory_to_save_ckpt: {
          on: true,
          text: 'examples',
          check: { kind: 'checking' }
        }
      }
    ],
    [
      'a folder is wrong',
      {
        directory_to_save_log: {
          on: true,
          text: 'x',
          check: { kind: 'bad', message: 'There is none.' }
        }
      }
    ]
  ])('is nothing while %s', (_, extra) => {
    expect(requestOf(filled(extra), trans)).toBeNull();
  });

  it('says what is wrong, entry by entry', () => {
    const bad = {
      on: true,
      text: 'x',
      check: { kind: 'bad', message: 'There is none.' }
    } as const;
    const state = filled({
      choice: { kind: 'unfit', jobId: 'a', job: null, message: 'Deleted.' },
      directory_to_save_ckpt: bad,
      wait: '-1',
      refusals: { description: 'Too long.' }
    });
    expect(problemsOf(state, trans)).toEqual({
      job_id: 'Deleted.',
      description: 'Too long.',
      directory_to_save_ckpt: 'There is none.',
      wait_request_s: 'The seconds to wait cannot be negative.'
    });
  });
});
