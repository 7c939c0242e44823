import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, showErrorMessage } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { IFrame } from '@jupyterlab/ui-components';
import type { AibroClient } from '../api';
import { showPage } from '../application/showPage';
import { messageOf } from '../format';
import { tensorBoardIcon } from './icon';

/** The services that opening a TensorBoard uses. */
export interface ITensorBoardServices {
  readonly client: AibroClient;
  readonly shell: JupyterFrontEnd.IShell;
  readonly trans: TranslationBundle;
}

/**
 * Show a job's logs in TensorBoard, on a page of its own.
 *
 * Its process may take seconds to start: the tab opens at once, and closes again if the start
 * fails.
 */
export async function openTensorBoard(
  jobId: string,
  { client, shell, trans }: ITensorBoardServices
): Promise<void> {
  const id = `jp-aibro-tensorboard-${jobId}`;
  const tabs = [...shell.widgets('main'), ...shell.widgets('down')];
  const open = tabs.find(tab => tab.id === id);
  if (open) {
    showPage(shell, open);
    return;
  }
  const content = new IFrame({
    sandbox: [
      'allow-downloads',
      'allow-forms',
      'allow-popups',
      'allow-same-origin',
      'allow-scripts'
    ]
  });
  const caption = trans.__('TensorBoard of job %1', jobId);
  content.node.querySelector('iframe')?.setAttribute('title', caption);
  const page = client.tensorboard(jobId);
  const reveal = page.then(
    ({ path }) => {
      content.url = URLExt.join(client.serverSettings.baseUrl, path);
    },
    // TensorBoard did not start: disposing the content closes its tab.
    () => content.dispose()
  );
  const widget = new MainAreaWidget({ content, reveal });
  widget.id = id;
  widget.title.label = trans.__('TensorBoard');
  widget.title.caption = caption;
  widget.title.icon = tensorBoardIcon;
  widget.title.closable = true;
  showPage(shell, widget);
  try {
    await page;
  } catch (error) {
    await showErrorMessage(
      trans.__('TensorBoard cannot be opened'),
      messageOf(error)
    );
  }
}
