import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IDefaultDrive } from '@jupyterlab/services';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { fileUploadIcon, saveIcon } from '@jupyterlab/ui-components';
import type { Widget } from '@lumino/widgets';
import { jobArgs, jobIdOf } from '../job/model/commands';
import { hasEnded } from '../job/model/job';
import { CommandIDs, IJobs, IJobsPanel } from '../tokens';
import { DropTarget } from './drop';
import type { IReportServices } from './services';

const reports: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-aibro:reports',
  description: 'Writes recorded jobs into files and brings them in from there.',
  autoStart: true,
  requires: [IJobs],
  optional: [
    IJobsPanel,
    ITranslator,
    ICommandPalette,
    IDefaultFileBrowser,
    IDefaultDrive
  ],
  activate: (
    { commands, serviceManager }: JupyterFrontEnd,
    jobs: IJobs,
    panel: Widget | null,
    translator_: ITranslator | null,
    palette: ICommandPalette | null,
    fileBrowser: IDefaultFileBrowser | null,
    defaultDrive: Contents.IDrive | null
  ) => {
    const translator = translator_ ?? nullTranslator;
    const trans = translator.load('jupyterlab_aibro');
    const services: IReportServices = {
      jobs,
      commands,
      contents: serviceManager.contents,
      defaultDrive,
      fileBrowser,
      translator
    };

    commands.addCommand(CommandIDs.saveReport, {
      label: trans.__('Save Report'),
      caption: trans.__(
        'Write a recorded job into a file for somebody else to replay'
      ),
      icon: saveIcon,
      describedBy: { args: jobArgs(trans) },
      // Only the selected job's state is known here. For any other job the server says what is
      // wrong.
      isEnabled: args => {
        const jobId = jobIdOf(args, jobs);
        return (
          jobId !== undefined &&
          (jobId !== jobs.selected?.job_id ||
            (jobs.selected.recorded && hasEnded(jobs.selected)))
        );
      },
      execute: async args => {
        const jobId = jobIdOf(args, jobs);
        if (jobId !== undefined) {
          const { saveReport } = await import('./save');
          await saveReport(jobId, services);
        }
      }
    });

    commands.addCommand(CommandIDs.importReport, {
      label: trans.__('Import Report…'),
      caption: trans.__('Bring in the job of a report, to be replayed here'),
      icon: fileUploadIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: {
              type: 'string',
              description: trans.__(
                'Path of the report in the file browser; without it the user is asked for files'
              )
            }
          }
        }
      },
      execute: async ({ path }) => {
        const { importFiles, importPaths, pickFiles } =
          await import('./import');
        if (typeof path === 'string') {
          await importPaths([path], services);
        } else {
          await importFiles(await pickFiles(), services);
        }
      }
    });

    if (panel) {
      new DropTarget(panel.node, trans.__('Drop reports to import them'), {
        files: async files => {
          const { importFiles } = await import('./import');
          await importFiles(files, services);
        },
        paths: async paths => {
          const { importPaths } = await import('./import');
          await importPaths(paths, services);
        }
      });
    }
    for (const command of [CommandIDs.saveReport, CommandIDs.importReport]) {
      palette?.addItem({ command, category: trans.__('AIbro') });
    }
  }
};

export default [reports];
