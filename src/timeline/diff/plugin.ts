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
import { compareIcon } from '../../jobs/icons';
import { CommandIDs, IJobs } from '../../tokens';
import type { IJobsChange } from '../../tokens';
import { chooseJob } from '../choose';
import { DiffPage } from './page';
import { nameOf } from './words';

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
    const trans = (translator ?? nullTranslator).load('jupyterlab_aibro');
    const services = { commands, jobs, themeManager, trans };
    const tracker = new WidgetTracker<MainAreaWidget<DiffPage>>({
      namespace: 'aibro-timeline-diff'
    });

    const open = (first: string, second: string): MainAreaWidget<DiffPage> => {
      const content = new DiffPage(first, second, services);
      const widget = new MainAreaWidget({ content });
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
      const closeWhenDeleted = (_: IJobs, { deleted }: IJobsChange): void => {
        if (deleted.includes(first) || deleted.includes(second)) {
          widget.dispose();
        }
      };
      jobs.changed.connect(closeWhenDeleted);
      widget.disposed.connect(() => jobs.changed.disconnect(closeWhenDeleted));
      shell.add(widget, 'main');
      void tracker.add(widget);
      return widget;
    };

    const choose = (other?: string): Promise<string | null> =>
      chooseJob(jobs.client, trans, {
        title: trans.__('Compare timelines'),
        label: other
          ? trans.__('Compare job %1 with', other)
          : trans.__('First job'),
        except: other
      });

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
                'The id of a job; left out, it is the job selected in the panel, or the user is asked.'
              )
            },
            second: {
              type: 'string',
              description: trans.__(
                'The id of the job to compare with it; left out, the user is asked.'
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
        shell.activateById(widget.id);
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
