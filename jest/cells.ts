/* A notebook's code cell for specs of what draws its output. */
import { createStandaloneCell } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import { CodeCellModel } from '@jupyterlab/cells';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { JSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

/** A code cell whose output holds this data, drawn on the page as JupyterLab draws it. */
export async function cellWith(
  mimeType: string,
  data: unknown,
  renderer: Widget & IRenderMime.IRenderer
): Promise<CodeCellModel> {
  // Making a cell outside a document, ydoc warns of itself.
  jest.spyOn(console, 'warn').mockImplementation();
  const cell = new CodeCellModel({
    sharedModel: createStandaloneCell({ cell_type: 'code' }) as YCodeCell
  });
  cell.outputs.add({
    output_type: 'display_data',
    data: {
      [mimeType]: data as JSONObject,
      'text/html': '<table>running</table>',
      'text/plain': 'running'
    },
    metadata: {}
  });
  // An output area draws again whenever its model changes.
  cell.outputs.changed.connect(() => {
    void renderer.renderModel(cell.outputs.get(0));
  });
  Widget.attach(renderer, document.body);
  await renderer.renderModel(cell.outputs.get(0));
  return cell;
}

/** The kernel puts other data into the cell's output. */
export function showAnew(
  cell: CodeCellModel,
  mimeType: string,
  data: unknown,
  text = ''
): void {
  cell.outputs.set(0, {
    output_type: 'display_data',
    data: { [mimeType]: data as JSONObject, 'text/plain': text },
    metadata: {}
  });
}

/** What a notebook with this cell would be saved with. */
export function savedData(cell: CodeCellModel): unknown {
  return (cell.sharedModel.getOutputs()[0] as { data?: unknown }).data;
}
