import { Notification as Toast } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { makeJob } from '../../jest/jobs';
import type { Job } from '../api';
import { CommandIDs } from '../tokens';
import { askForPermission, tellEndings } from './tell';

const trans = nullTranslator.load('jupyterlab_aibro');

const ended = (jobId: string, extra: Partial<Job> = {}): Job =>
  makeJob(jobId, {
    status: 'COMPLETED',
    substatus: 'COMPLETED',
    ended_at: 1030,
    ...extra
  });

const FAILED = {
  status: 'CANCELED',
  reason: 'ValueError: loss is NaN',
  reason_kind: 'training-error'
} as const;

/** The browser's notifications, of which jsdom has none. */
class Desktop {
  static permission = 'granted';
  static answer = 'granted';
  static shown: Desktop[] = [];
  static requestPermission = (): Promise<string> =>
    Promise.resolve((Desktop.permission = Desktop.answer));

  onclick: ((event: Event) => void) | null = null;

  constructor(
    readonly title: string,
    readonly options: NotificationOptions
  ) {
    Desktop.shown.push(this);
  }

  close(): void {
    Desktop.shown = Desktop.shown.filter(other => other !== this);
  }
}

describe('telling that a job has ended', () => {
  let commands: CommandRegistry;
  let executed: [id: string, jobId: unknown][];

  const tell = (jobs: readonly Job[], onDesktop = false): void =>
    tellEndings(jobs, { commands, trans, onDesktop });

  const toasts = () => Toast.manager.notifications;

  const press = (label: string): void =>
    toasts()[0]
      .options.actions?.find(action => action.label === label)
      ?.callback(new MouseEvent('click'));

  beforeEach(() => {
    Desktop.shown = [];
    Desktop.permission = Desktop.answer = 'granted';
    Object.assign(window, { Notification: Desktop, focus: () => undefined });
    commands = new CommandRegistry();
    executed = [];
    for (const id of [
      CommandIDs.showTimeline,
      CommandIDs.openReplay,
      CommandIDs.replay,
      CommandIDs.showPanel
    ]) {
      commands.addCommand(id, {
        execute: ({ jobId }) => void executed.push([id, jobId])
      });
    }
  });

  afterEach(() => {
    Toast.dismiss();
    jest.restoreAllMocks();
  });

  it('shows it, closes good news by itself and leaves a failure', () => {
    tell([ended('a'), ended('b', FAILED)]);
    expect(
      toasts()
        .map(({ type }) => type)
        .sort()
    ).toEqual(['error', 'success']);
    const failure = toasts().find(({ type }) => type === 'error');
    expect(failure?.options.autoClose).toBe(false);
    expect(failure?.message).toContain('ValueError: loss is NaN');
  });

  it('opens the timeline, or the page of a job where there is one', () => {
    tell([ended('a')]);
    press('Open');
    commands.addCommand(CommandIDs.openJob, {
      execute: ({ jobId }) => void executed.push([CommandIDs.openJob, jobId])
    });
    press('Open');
    expect(executed).toEqual([
      [CommandIDs.showTimeline, 'a'],
      [CommandIDs.openJob, 'a']
    ]);
  });

  it('opens a replay beside its recorded job', () => {
    tell([ended('a', { replay_of: 'b', verdict: 'IDENTICAL' })]);
    press('Open');
    expect(executed).toEqual([[CommandIDs.openReplay, 'a']]);
  });

  it('offers the replay of a recorded job only', () => {
    tell([ended('a')]);
    expect(toasts()[0].options.actions).toHaveLength(1);
    Toast.dismiss();
    tell([ended('b', { recorded: true })]);
    press('Replay…');
    expect(executed).toEqual([[CommandIDs.replay, 'b']]);
  });

  it('says in one sentence that many ended at once', () => {
    tell(['a', 'b', 'c', 'd'].map(id => ended(id)));
    expect(toasts().map(({ message }) => message)).toEqual(['4 jobs ended']);
    press('Show jobs');
    expect(executed).toEqual([[CommandIDs.showPanel, undefined]]);
  });

  describe('on the desktop', () => {
    const hide = (): void =>
      void jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);

    it('happens while the tab is hidden, and a click opens the job', () => {
      hide();
      tell([ended('a')], true);
      expect(Desktop.shown.map(({ options }) => options.tag)).toEqual(['a']);
      Desktop.shown[0].onclick?.(new MouseEvent('click'));
      expect(executed).toEqual([[CommandIDs.showTimeline, 'a']]);
      expect(Desktop.shown).toEqual([]);
    });

    it('does not happen while the tab is seen, or is not wanted, or not allowed', () => {
      tell([ended('a')], true);
      hide();
      tell([ended('a')], false);
      Desktop.permission = 'denied';
      tell([ended('a')], true);
      expect(Desktop.shown).toEqual([]);
    });

    it('is asked for, and what stands in its way is said', async () => {
      await askForPermission(trans);
      expect(toasts()).toEqual([]);
      Desktop.answer = 'denied';
      await askForPermission(trans);
      expect(toasts()[0].message).toContain('was not allowed');
    });
  });
});
