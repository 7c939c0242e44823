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
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { closeWhenDeleted } from '../../application/closeWhenDeleted';
import { showPage } from '../../application/showPage';
import { languageOf } from '../../format';
import { compareIcon } from '../../job/model/icons';
import { nameOf } from '../../job/model/job';
import { CommandIDs, IJobs } from '../../tokens';
import { DiffPage } from './page';

/** Compares two jobs on a page of their own. */
export const diffPage: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:timeline-diff-page',
  description: 'Compares the timelines of two AIbro jobs.',
  autoStart: true,
  requires: [IJobs],
  optional: [ITranslator, IThemeManager, ICommandPalette, ILayoutRestorer],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    jobs: IJobs,
    translator: ITranslator | null,
    themeManager: IThemeManager | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    const language = languageOf(translator ?? nullTranslator);
    const { trans } = language;
    const services = { ...language, commands, jobs, themeManager };
    const tracker = new WidgetTracker<MainAreaWidget<DiffPage>>({
      namespace: 'aibro-timeline-diff'
    });

    const open = (first: string, second: string): MainAreaWidget<DiffPage> => {
      const content = new DiffPage(first, second, services);
      const widget = new MainAreaWidget({
        content,
        translator: translator ?? undefined
      });
      widget.id = `aibro-timeline-diff-${first}-${second}`;
      widget.title.label = trans.__('Comparison');
      widget.title.icon = compareIcon;
      widget.title.caption = trans.__('Jobs %1 and %2 compared', first, second);
      content.ready.connect((_, diff) => {
        widget.title.label = trans.__(
          '%1 and %2',
          nameOf(diff.first),
          nameOf(diff.second)
        );
      });
      closeWhenDeleted(widget, jobs, first, second);
      void tracker.add(widget);
      return widget;
    };

    const choose = async (other?: string): Promise<string | null> => {
      const { askForJob } = await import('../../picker/ask');
      return askForJob(jobs, {
        title: trans.__('Compare timelines'),
        label: other
          ? trans.__('Compare job %1 with', other)
          : trans.__('First job'),
        except: other,
        ...language
      });
    };

    commands.addCommand(CommandIDs.compareTimelines, {
      label: ({ second }) =>
        second === undefined
          ? trans.__('Compare with…')
          : trans.__('Compare Timelines'),
      caption: trans.__('Compare where the time of two jobs went'),
      icon: compareIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            first: {
              type: 'string',
              description: trans.__(
                'Id of the first job; without it the one selected in the AIbro panel, else the user is asked'
              )
            },
            second: {
              type: 'string',
              description: trans.__(
                'Id of the job to compare with it; without it the user is asked'
              )
            }
          }
        }
      },
      execute: async args => {
        const first =
          typeof args.first === 'string'
            ? args.first
            : (jobs.selected?.job_id ?? (await choose()));
        if (first === null) {
          return;
        }
        const second =
          typeof args.second === 'string' ? args.second : await choose(first);
        if (second === null) {
          return;
        }
        const widget =
          tracker.find(
            ({ content }) =>
              content.first === first && content.second === second
          ) ?? open(first, second);
        showPage(shell, widget);
      }
    });
    palette?.addItem({
      command: CommandIDs.compareTimelines,
      category: trans.__('AIbro')
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.compareTimelines,
      args: ({ content: { first, second } }) => ({ first, second }),
      name: ({ content: { first, second } }) => `${first}-${second}`
    });
  }
};
