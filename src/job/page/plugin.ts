import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  IThemeManager,
  WidgetTracker
} from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IDefaultDrive } from '@jupyterlab/services';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { showPage } from '../../application/showPage';
import { CommandIDs, IJobs, ISettings } from '../../tokens';
import { jobIdOf } from '../model/commands';
import { aibroIcon } from '../model/icons';
import { followLinks, linkTo } from './link';
import type { JobPage } from './page';
import { TABS, tabOf } from './tabs';

/** The page of a single job. */
export const page: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:job-page',
  description: 'Shows an AIbro job on a page of its own.',
  autoStart: true,
  requires: [IJobs, ISettings],
  optional: [
    ITranslator,
    IThemeManager,
    ICommandPalette,
    ILayoutRestorer,
    IDefaultDrive,
    IRouter
  ],
  activate: (
    { commands, restored, serviceManager, shell }: JupyterFrontEnd,
    jobs: IJobs,
    settings: ISettings,
    translator_: ITranslator | null,
    themeManager: IThemeManager | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    defaultDrive: Contents.IDrive | null,
    router: IRouter | null
  ) => {
    const translator = translator_ ?? nullTranslator;
    const trans = translator.load('jupyterlab_aibro');
    const tracker = new WidgetTracker<MainAreaWidget<JobPage>>({
      namespace: 'aibro-job'
    });
    const parts = {
      commands,
      contents: serviceManager.contents,
      defaultDrive,
      jobs,
      linkTo: router && linkTo,
      settings,
      themeManager,
      translator
    };

    commands.addCommand(CommandIDs.openJob, {
      label: trans.__('Open Job'),
      caption: trans.__(
        'Show all there is of a job: progress, timeline, metrics, log, recording'
      ),
      icon: aibroIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            jobId: {
              type: 'string',
              description: trans.__(
                'Id of the job; without it the one selected in the AIbro panel'
              )
            },
            tab: {
              type: 'string',
              enum: [...TABS],
              description: trans.__('The part of the page to show first')
            }
          }
        }
      },
      isEnabled: args => jobIdOf(args, jobs) !== undefined,
      execute: async args => {
        const jobId = jobIdOf(args, jobs);
        if (jobId === undefined) {
          return;
        }
        const { createJobPage } = await import(
          /* webpackChunkName: 'job-page' */ './open'
        );
        let widget = tracker.find(({ content }) => content.jobId === jobId);
        if (!widget) {
          const created = createJobPage(jobId, args.tab, parts);
          created.content.tabChanged.connect(() => void tracker.save(created));
          widget = created;
          void tracker.add(widget);
        } else if (args.tab !== undefined) {
          widget.content.select(tabOf(args.tab));
        }
        showPage(shell, widget);
      }
    });
    palette?.addItem({
      command: CommandIDs.openJob,
      category: trans.__('AIbro')
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.openJob,
      args: ({ content }) => ({ jobId: content.jobId, tab: content.tab }),
      name: ({ content }) => content.jobId
    });
    if (router) {
      followLinks(router, commands, async jobId => {
        // After the layout is restored, so that the linked job ends up in front.
        await restored;
        await commands.execute(CommandIDs.openJob, { jobId });
      });
    }
  }
};
