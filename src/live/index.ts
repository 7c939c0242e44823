import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { AibroClient } from '../api';
import { IJobs } from '../tokens';
import { JobsModel } from './model';

const jobs: JupyterFrontEndPlugin<IJobs> = {
  id: 'jupyterlab-aibro:jobs',
  description: 'Provides the live view of AIbro jobs and instances.',
  autoStart: true,
  provides: IJobs,
  optional: [ITranslator],
  activate: ({ serviceManager }, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_aibro');
    const client = new AibroClient(serviceManager.serverSettings, trans);
    const model = new JobsModel(client);
    void model.start();
    return model;
  }
};

export default [jobs];
