import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  IThemeManager,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { TIMELINE_MIME } from '../api';
import { closeWhenDeleted } from '../application/closeWhenDeleted';
import { showPage } from '../application/showPage';
import { languageOf } from '../format';
import { timelineIcon } from '../job/model/icons';
import { mayChange } from '../output/document';
import { OUTPUT_RANK } from '../output/renderer';
import { CommandIDs, IJobs, ISettings } from '../tokens';
import { diffPage } from './diff/plugin';
import { timelineRenderer } from './output';
import { TimelinePage } from './page';

const output: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:timeline-output',
  description: 'Draws the timelines of AIbro jobs in notebook outputs.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [IJobs, ITranslator, IThemeManager],
  activate: (
    { commands }: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    jobs: IJobs | null,
    translator: ITranslator | null,
    themeManager: IThemeManager | null
  ) => {
    const language = languageOf(translator ?? nullTranslator);
    const services = { ...language, commands, jobs, mayChange, themeManager };
    rendermime.addFactory(
      {
        // It runs nothing that an output brings along.
        safe: true,
        mimeTypes: [TIMELINE_MIME],
        createRenderer: () => timelineRenderer(services)
      },
      OUTPUT_RANK
    );
  }
};

const page: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:timeline-page',
  description: 'Shows the timeline of an AIbro job on a page of its own.',
  autoStart: true,
  requires: [IJobs, ISettings],
  optional: [ITranslator, IThemeManager, ICommandPalette, ILayoutRestorer],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    jobs: IJobs,
    settings: ISettings,
    translator: ITranslator | null,
    themeManager: IThemeManager | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    const language = languageOf(translator ?? nullTranslator);
    const { trans } = language;
    const services = { ...language, commands, jobs, settings, themeManager };
    const tracker = new WidgetTracker<MainAreaWidget<TimelinePage>>({
      namespace: 'aibro-timeline'
    });

    const open = (jobId: string): MainAreaWidget<TimelinePage> => {
      const content = new TimelinePage(jobId, services);
      const widget = new MainAreaWidget({
        content,
        translator: translator ?? undefined
      });
      widget.id = `aibro-timeline-${jobId}`;
      widget.title.label = trans.__('Timeline');
      widget.title.icon = timelineIcon;
      widget.title.caption = trans.__('Timeline of job %1', jobId);
      content.ready.connect((_, { description }) => {
        widget.title.label = description || widget.title.label;
      });
      closeWhenDeleted(widget, jobs, jobId);
      void tracker.add(widget);
      return widget;
    };

    const choose = async (): Promise<string | null> => {
      const { askForJob } = await import('../picker/ask');
      return askForJob(jobs, {
        title: trans.__('Show timeline'),
        label: trans.__('Job'),
        ...language
      });
    };

    commands.addCommand(CommandIDs.showTimeline, {
      label: trans.__('Show Timeline'),
      caption: trans.__('Show where the time of a job went'),
      icon: timelineIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            jobId: {
              type: 'string',
              description: trans.__(
                'Id of the job; without it the one selected in the AIbro panel, else the user is asked'
              )
            }
          }
        }
      },
      execute: async ({ jobId }) => {
        const id =
          typeof jobId === 'string'
            ? jobId
            : (jobs.selected?.job_id ?? (await choose()));
        if (id === null) {
          return;
        }
        const widget =
          tracker.find(({ content }) => content.jobId === id) ?? open(id);
        showPage(shell, widget);
      }
    });
    palette?.addItem({
      command: CommandIDs.showTimeline,
      category: trans.__('AIbro')
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.showTimeline,
      args: ({ content }) => ({ jobId: content.jobId }),
      name: ({ content }) => content.jobId
    });
  }
};

export default [output, page, diffPage];
