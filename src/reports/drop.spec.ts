import { MimeData } from '@lumino/coreutils';
import { DropTarget } from './drop';

const CONTENTS = 'application/x-jupyter-icontents';

describe('the panel as a place to drop reports', () => {
  let panel: HTMLElement;
  let inner: HTMLElement;
  let dropped: unknown[];

  const notice = (): string | null | undefined =>
    panel.querySelector('[role=status]')?.textContent;

  /** A native drag of the browser. */
  const drag = (type: string, files: File[], related?: Element): Event => {
    const event = new MouseEvent(type, {
      bubbles: true,
      cancelable: true,
      relatedTarget: related ?? null
    });
    const types = files.length > 0 ? ['Files'] : ['text/plain'];
    Object.assign(event, { dataTransfer: { types, files, dropEffect: '' } });
    inner.dispatchEvent(event);
    return event;
  };
  /** A drag that Lumino implements, as from the file browser. */
  const luminoDrag = (type: string, mime: string, data: unknown): Event => {
    const event = new MouseEvent(type, { bubbles: true, cancelable: true });
    const mimeData = new MimeData();
    mimeData.setData(mime, data);
    const actions = { proposedAction: 'move', dropAction: 'none' };
    inner.dispatchEvent(Object.assign(event, { mimeData, ...actions }));
    return event;
  };

  const report = new File(['PK'], 'report.zip');

  beforeEach(() => {
    dropped = [];
    panel = document.createElement('div');
    inner = document.createElement('div');
    panel.append(inner);
    new DropTarget(panel, 'Drop reports to import them', {
      files: files => Promise.resolve(void dropped.push(...files)),
      paths: paths => Promise.resolve(void dropped.push(...paths))
    });
  });

  it('says so while files are over it, and no longer', () => {
    expect(notice()).toBe('');
    drag('dragenter', [report]);
    expect(notice()).toBe('Drop reports to import them');
    drag('dragleave', [report], panel);
    expect(notice()).toBe('Drop reports to import them');
    drag('dragleave', [report]);
    expect(notice()).toBe('');
  });

  it('takes the files of the desktop, so that the browser does not open them', () => {
    expect(drag('dragover', [report]).defaultPrevented).toBe(true);
    expect(drag('drop', [report]).defaultPrevented).toBe(true);
    expect(dropped).toEqual([report]);
    expect(notice()).toBe('');
  });

  it('takes the paths of the file browser', () => {
    const over = luminoDrag('lm-dragover', CONTENTS, ['a/report.zip']);
    expect(over).toMatchObject({ defaultPrevented: true, dropAction: 'move' });
    expect(notice()).toBe('Drop reports to import them');
    luminoDrag('lm-drop', CONTENTS, ['a/report.zip']);
    expect(dropped).toEqual(['a/report.zip']);
    expect(notice()).toBe('');
  });

  it('leaves alone what is no file', () => {
    expect(drag('dragover', []).defaultPrevented).toBe(false);
    expect(drag('drop', []).defaultPrevented).toBe(false);
    const tab = luminoDrag('lm-dragover', 'application/vnd.lumino.widget', {});
    expect(tab.defaultPrevented).toBe(false);
    expect(notice()).toBe('');
    expect(dropped).toEqual([]);
  });
});
