import { LabIcon } from '@jupyterlab/ui-components';

export const tensorBoardIcon = new LabIcon({
  name: 'jupyterlab-aibro:tensorboard',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
    <path class="jp-icon3" fill="#616161" d="M2 12.5h12V14H2zM3 8h2.4v3.5H3zm3.8-5h2.4v8.5H6.8zm3.8 2.5H13v6h-2.4z"/>
  </svg>`
});
