import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { JOB_MIME } from '../api';
import { localeOf } from '../format';
import { mayChange } from '../output/document';
import { OUTPUT_RANK } from '../output/renderer';
import { IJobs } from '../tokens';
import { cardRenderer } from './card/output';
import { page } from './page/plugin';

const output: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:job-output',
  description: 'Draws the cards of AIbro jobs in notebook outputs.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [IJobs, ITranslator],
  activate: (
    { commands }: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    jobs: IJobs | null,
    translator: ITranslator | null
  ) => {
    const language = translator ?? nullTranslator;
    const trans = language.load('jupyterlab_aibro');
    const locale = localeOf(language.languageCode);
    rendermime.addFactory(
      {
        // It runs nothing that an output brings along.
        safe: true,
        mimeTypes: [JOB_MIME],
        createRenderer: () =>
          cardRenderer({ commands, jobs, locale, mayChange, trans })
      },
      OUTPUT_RANK
    );
  }
};

export default [output, page];
