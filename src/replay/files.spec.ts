import { makeReplayRequest } from '../../jest/recordings';
import { changingFolders, savedFolders } from './files';

describe('the folders that a replay fills', () => {
  const body = makeReplayRequest({
    directory_to_save_ckpt: 'a/b',
    directory_to_save_log: ''
  });

  it('are those of its own in the chosen ones', () => {
    expect(savedFolders(body, 'job')).toEqual({
      checkpoints: 'a/b/checkpoints/job',
      log: 'logs/job'
    });
  });

  it('begin with those that hold the files', () => {
    expect(changingFolders(savedFolders(body, 'job'))).toEqual([
      'a/b/checkpoints/job',
      'logs/job',
      'a/b/checkpoints',
      'logs',
      'a/b',
      ''
    ]);
  });

  it('are none when nothing is saved', () => {
    const nothing = savedFolders(makeReplayRequest(), 'job');
    expect(changingFolders(nothing)).toEqual([]);
  });
});
