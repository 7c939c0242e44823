import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSONObject, PartialJSONObject } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';
import type { AibroClient } from '../api';
import type { IJobs } from '../tokens';

/** The height of a line of text in px, by which a notebook's scroll bar estimates the height of an output. */
const LINE = 17;

/** Before html, which has 50: JupyterLab draws this, and programs without AIbro show the html. */
export const OUTPUT_RANK = 40;

/** What draws a snapshot and keeps it up to date. */
export interface ISnapshotView<T> extends Widget {
  /** Emitted once, when the jobs ended while they were followed. */
  readonly ended: ISignal<unknown, T>;
  /** Show another snapshot, keeping what the reader chose. */
  draw(snapshot: T): void;
}

/** A snapshot in every form that an output has. */
export interface IOutputBundle {
  readonly snapshot: object;
  readonly html: string;
  readonly text: string;
}

/** One kind of snapshot that an output can hold. */
export interface IOutputKind<T> {
  /** `null` when the data is not of this kind. */
  parse(data: unknown): T | null;
  /** Load what draws it, and draw. */
  create(snapshot: T): Promise<ISnapshotView<T>>;
  bundle(snapshot: T, client: AibroClient): Promise<IOutputBundle>;
}

/** How a renderer of outputs is made. */
export interface IOutputOptions {
  readonly mimeType: string;
  /** The kinds of snapshot that this type has. */
  readonly kinds: readonly IOutputKind<object>[];
  /** Shown for data of no known kind, in an output that has no text either. */
  readonly unreadable: string;
  readonly jobs: IJobs | null;
  readonly trans: TranslationBundle;
  /** True when the document that shows this widget may be changed. */
  mayChange(widget: Widget): boolean | Promise<boolean>;
}

/**
 * What AIbro put into an output.
 *
 * Only this shell is loaded with JupyterLab; the code that draws is loaded when a notebook has something
 * to draw. When the jobs end, the output is rewritten in all its forms, so that a saved notebook holds
 * the end and not the moment of the call.
 */
export class OutputRenderer extends Panel implements IRenderMime.IRenderer {
  constructor(private readonly _options: IOutputOptions) {
    super();
    this.addClass('jp-Aibro-Output');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
    const data: unknown = model.data[this._options.mimeType];
    for (const kind of this._options.kinds) {
      const snapshot = kind.parse(data);
      if (snapshot) {
        await this._draw(kind, snapshot, model);
        return;
      }
    }
    this._showText(plainText(model) || this._options.unreadable);
  }

  private async _draw(
    kind: IOutputKind<object>,
    snapshot: object,
    model: IRenderMime.IMimeModel
  ): Promise<void> {
    if (this._shown?.kind === kind) {
      this._shown.view.draw(snapshot);
      return;
    }
    this._reserve(model);
    let view;
    try {
      view = await kind.create(snapshot);
    } catch {
      this._showText(plainText(model));
      return;
    }
    // The output may have changed or gone away while the view was loaded.
    if (
      this.isDisposed ||
      this._model !== model ||
      this._shown?.kind === kind
    ) {
      view.dispose();
      return;
    }
    this._clear();
    this._shown = { kind, view };
    view.ended.connect(this._onEnded, this);
    this.addWidget(view);
  }

  /** Keep the place until the view is there, so that nothing jumps. */
  private _reserve(model: IRenderMime.IMimeModel): void {
    const lines = plainText(model).split('\n').length;
    this.node.style.minHeight = `${lines * LINE}px`;
  }

  private _showText(text: string): void {
    this._clear();
    const note = new Widget({ node: document.createElement('pre') });
    note.addClass('jp-Aibro-Output-text');
    note.node.textContent = text;
    this.addWidget(note);
  }

  private _clear(): void {
    this._shown = null;
    this.node.style.minHeight = '';
    for (const widget of [...this.widgets]) {
      widget.dispose();
    }
  }

  private _onEnded(_: unknown, snapshot: object): void {
    const { jobs, trans } = this._options;
    const model = this._model;
    const shown = this._shown;
    if (!jobs || !model || !shown) {
      return;
    }
    const write = async (): Promise<void> => {
      if (!(await this._options.mayChange(this))) {
        return;
      }
      const bundle = await shown.kind.bundle(snapshot, jobs.client);
      // The cell may have run again meanwhile.
      if (!shown.view.isDisposed && this._model === model) {
        writeBack(model, this._options.mimeType, bundle);
      }
    };
    write().catch((reason: unknown) => {
      console.warn(trans.__('The end of a job was not written back.'), reason);
    });
  }

  private _model: IRenderMime.IMimeModel | null = null;
  private _shown: {
    readonly kind: IOutputKind<object>;
    readonly view: ISnapshotView<object>;
  } | null = null;
}

/** Put the server's bundle into an output, in all its forms, unless it is there already. */
function writeBack(
  model: IRenderMime.IMimeModel,
  mimeType: string,
  { snapshot, html, text }: IOutputBundle
): void {
  const data: PartialJSONObject = {
    ...(model.data as PartialJSONObject),
    [mimeType]: snapshot as JSONObject,
    'text/html': html,
    'text/plain': text
  };
  if (!JSONExt.deepEqual(data, model.data)) {
    model.setData({ data });
  }
}

function plainText(model: IRenderMime.IMimeModel): string {
  const text = model.data['text/plain'];
  if (typeof text === 'string') {
    return text;
  }
  return Array.isArray(text) ? text.join('') : '';
}
