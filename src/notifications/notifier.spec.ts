import { Notification as Toast } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { makeJob } from '../../jest/jobs';
import type { Job } from '../api';
import { CommandIDs } from '../tokens';
import { askForPermission, EndingsNotifier } from './notifier';

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

  let notifier: EndingsNotifier;

  const notify = (jobs: readonly Job[], onDesktop = false): void =>
    notifier.notify(jobs, onDesktop);

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
    notifier = new EndingsNotifier({ commands, trans });
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

  it('shows good news for a moment, and a failure for a minute', () => {
    notify([ended('a')]);
    expect(toasts()[0]).toMatchObject({
      type: 'success',
      options: { autoClose: 8000 }
    });
    Toast.dismiss();
    notify([ended('b', FAILED)]);
    expect(toasts()[0]).toMatchObject({
      type: 'error',
      options: { autoClose: 60_000 }
    });
    expect(toasts()[0].message).toContain('ValueError: loss is NaN');
  });

  it('opens the timeline, or the page of a job where there is one', () => {
    notify([ended('a')]);
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
    notify([ended('a', { replay_of: 'b', verdict: 'IDENTICAL' })]);
    press('Open');
    expect(executed).toEqual([[CommandIDs.openReplay, 'a']]);
  });

  it('offers the replay of a recorded job only', () => {
    notify([ended('a')]);
    expect(toasts()[0].options.actions).toHaveLength(1);
    Toast.dismiss();
    notify([ended('b', { recorded: true })]);
    press('Replay…');
    expect(executed).toEqual([[CommandIDs.replay, 'b']]);
  });

  describe('of several', () => {
    const messages = () => toasts().map(({ message }) => message);

    const passed = (ms: number): void => {
      const now = Date.now() + ms;
      jest.spyOn(Date, 'now').mockReturnValue(now);
    };

    it('at once: one sentence, which leads to the jobs', () => {
      notify([ended('a'), ended('b', FAILED)]);
      expect(messages()).toEqual(['2 jobs ended: 1 completed, 1 failed']);
      press('Open');
      expect(executed).toEqual([[CommandIDs.showPanel, undefined]]);
    });

    it('one after the other: one toast that counts up', () => {
      notify([ended('a')]);
      notify([ended('b')]);
      expect(messages()).toEqual(['2 jobs ended']);
      notify([ended('c', FAILED), ended('d')]);
      expect(messages()).toEqual(['4 jobs ended: 3 completed, 1 failed']);
      expect(toasts()[0].type).toBe('warning');
      expect(toasts()[0].options.actions).toHaveLength(1);
    });

    it('when the toast was dismissed or has closed: tells of the new ones alone', () => {
      notify([ended('a')]);
      Toast.dismiss();
      notify([ended('b')]);
      passed(60_000);
      notify([ended('c')]);
      expect(messages().map(message => message.split(',')[0])).toEqual([
        'Completed: description of c',
        'Completed: description of b'
      ]);
    });

    it('while the first is still on screen: counts up, however long that is', () => {
      notify([ended('a', FAILED)]);
      const toast = document.body.appendChild(document.createElement('div'));
      toast.id = toasts()[0].id;
      passed(30_000);
      notify([ended('b', FAILED)]);
      toast.remove();
      expect(messages()).toEqual(['2 jobs failed']);
    });
  });

  describe('on the desktop', () => {
    const hide = (): void =>
      void jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);

    it('happens while the tab is hidden, and a click opens the job', () => {
      hide();
      notify([ended('a')], true);
      expect(Desktop.shown.map(({ options }) => options.tag)).toEqual(['a']);
      Desktop.shown[0].onclick?.(new MouseEvent('click'));
      expect(executed).toEqual([[CommandIDs.showTimeline, 'a']]);
      expect(Desktop.shown).toEqual([]);
    });

    it('does not happen while the tab is seen, or is not wanted, or not allowed', () => {
      notify([ended('a')], true);
      hide();
      notify([ended('a')], false);
      Desktop.permission = 'denied';
      notify([ended('a')], true);
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
