import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IJobs, ISettings } from '../tokens';
import { Endings } from './endings';
import type { EndingsNotifier } from './notifier';

const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:notifications',
  description: 'Tells when an AIbro job ends.',
  autoStart: true,
  requires: [IJobs, ISettings],
  optional: [ITranslator],
  activate: (
    { commands }: JupyterFrontEnd,
    jobs: IJobs,
    settings: ISettings,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_aibro');
    const endings = new Endings(jobs, settings);
    let notifier: EndingsNotifier | null = null;
    endings.ended.connect((_, ended) => {
      const onDesktop = settings.current.desktopNotifications;
      void import('./notifier').then(({ EndingsNotifier }) => {
        notifier ??= new EndingsNotifier({ commands, trans });
        notifier.notify(ended, onDesktop);
      });
    });

    void settings.loaded.then(() => {
      // What is on already was agreed to when it was turned on.
      let wasOn = settings.current.desktopNotifications;
      settings.changed.connect(() => {
        const isOn = settings.current.desktopNotifications;
        if (isOn && !wasOn) {
          void import('./notifier').then(({ askForPermission }) =>
            askForPermission(trans)
          );
        }
        wasOn = isOn;
      });
    });
  }
};

export default [notifications];
