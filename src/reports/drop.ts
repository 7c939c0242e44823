import type { MimeData } from '@lumino/coreutils';

/** The MIME type of drags from JupyterLab's file browser; the data are the files' paths. */
const CONTENTS_MIME = 'application/x-jupyter-icontents';

/**
 * A drag event of Lumino, which implements drags within JupyterLab itself, as from the file
 * browser.
 */
interface ILuminoDragEvent extends MouseEvent {
  readonly mimeData: MimeData;
  readonly proposedAction: string;
  dropAction: string;
}

/** Called with what was dropped. */
export interface IDropHandlers {
  /** Files from the user's own computer. */
  files(files: File[]): Promise<void>;
  /** Paths from JupyterLab's file browser. */
  paths(paths: string[]): Promise<void>;
}

/** Accepts files dropped on an element, and shows an invitation while files are over it. */
export class DropTarget {
  /**
   * @param node - has to live as long as this object.
   * @param invitation - shown, and announced to screen readers, while files are over the element.
   */
  constructor(
    private readonly node: HTMLElement,
    private readonly invitation: string,
    private readonly handlers: IDropHandlers
  ) {
    this._notice.className = 'jp-Aibro-drop';
    this._notice.setAttribute('role', 'status');
    node.append(this._notice);
    node.addEventListener('dragenter', event => this._onFilesOver(event));
    node.addEventListener('dragover', event => this._onFilesOver(event));
    node.addEventListener('dragleave', event => this._onLeave(event));
    node.addEventListener('drop', event => this._onFiles(event));
    for (const [type, listener] of [
      ['lm-dragenter', this._onPathsOver],
      ['lm-dragover', this._onPathsOver],
      ['lm-dragleave', this._onLeave],
      ['lm-drop', this._onPaths]
    ] as const) {
      node.addEventListener(type, event =>
        listener.call(this, event as ILuminoDragEvent)
      );
    }
  }

  private _onFilesOver(event: DragEvent): void {
    if (event.dataTransfer?.types.includes('Files')) {
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      this._show(true);
    }
  }

  private _onFiles(event: DragEvent): void {
    const files = [...(event.dataTransfer?.files ?? [])];
    this._show(false);
    if (event.dataTransfer?.types.includes('Files')) {
      event.preventDefault();
      void this.handlers.files(files);
    }
  }

  private _onPathsOver(event: ILuminoDragEvent): void {
    if (event.mimeData.hasData(CONTENTS_MIME)) {
      event.preventDefault();
      event.stopPropagation();
      event.dropAction = event.proposedAction;
      this._show(true);
    }
  }

  private _onPaths(event: ILuminoDragEvent): void {
    this._show(false);
    if (event.mimeData.hasData(CONTENTS_MIME)) {
      event.preventDefault();
      event.stopPropagation();
      event.dropAction = event.proposedAction;
      const paths = event.mimeData.getData(CONTENTS_MIME) as string[];
      void this.handlers.paths(paths);
    }
  }

  private _onLeave({ relatedTarget }: MouseEvent): void {
    if (!(relatedTarget instanceof Node && this.node.contains(relatedTarget))) {
      this._show(false);
    }
  }

  private _show(isOver: boolean): void {
    const text = isOver ? this.invitation : '';
    if (this._notice.textContent !== text) {
      this._notice.textContent = text;
    }
  }

  private readonly _notice = document.createElement('div');
}
