/* A notebook's code cell, for specs of output renderers. */
import { createStandaloneCell } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import { CodeCellModel } from '@jupyterlab/cells';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { JSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

/** A code cell whose output contains this data, rendered as JupyterLab renders it. */
export async function cellWith(
  mimeType: string,
  data: unknown,
  renderer: Widget & IRenderMime.IRenderer
): Promise<CodeCellModel> {
  // ydoc warns when a cell is created outside a document.
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
  // As in JupyterLab, the output is rendered again whenever its model changes.
  cell.outputs.changed.connect(() => {
    void renderer.renderModel(cell.outputs.get(0));
  });
  Widget.attach(renderer, document.body);
  await renderer.renderModel(cell.outputs.get(0));
  return cell;
}

/** Replace the data in the cell's output, as the kernel would. */
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

/** The output data that would be saved with the notebook. */
export function savedData(cell: CodeCellModel): unknown {
  return (cell.sharedModel.getOutputs()[0] as { data?: unknown }).data;
}
