import * as React from 'react';
import type { Job, SavedFolders } from '../../api';
import { filesAction } from '../../replay/files';
import { CommandIDs } from '../../tokens';
import { ActionButtons } from './ActionButtons';
import type { IPageAction } from './actions';
import type { IJobPageServices } from './services';
import { useAnswer } from './useAnswer';
import type { Answer } from './useAnswer';

/** The folders of a job's files, with buttons that open them. */
export function Files({
  job: { job_id: jobId },
  services
}: {
  readonly job: Job;
  readonly services: IJobPageServices;
}): React.JSX.Element {
  const { jobs, trans } = services;
  const ask = React.useCallback(
    (signal: AbortSignal) => jobs.client.savedFolders(jobId, signal),
    [jobs, jobId]
  );
  const answer = useAnswer(ask, jobs.connection.kind);
  const saved = answer.kind === 'known' ? answer.value : null;
  const rows = [
    [trans.__('Checkpoints'), saved?.checkpoints],
    [trans.__('TensorBoard log'), saved?.log]
  ] as const;
  return (
    <>
      <h2>{trans.__('Files')}</h2>
      <dl className="jp-Aibro-JobPage-facts">
        {rows.map(([name, path]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd translate={path ? 'no' : undefined}>
              {path ?? absenceWords(answer, services)}
            </dd>
          </div>
        ))}
      </dl>
      <ActionButtons actions={fileActions(jobId, saved, services)} />
    </>
  );
}

function absenceWords(
  answer: Answer<SavedFolders>,
  { trans }: IJobPageServices
): string {
  switch (answer.kind) {
    case 'loading':
      return '…';
    case 'failed':
      return answer.message;
    case 'known':
      return trans.__('none in the server’s folder');
  }
}

function fileActions(
  jobId: string,
  saved: SavedFolders | null,
  { commands, folders, trans }: IJobPageServices
): IPageAction[] {
  const none = trans.__('The job saves no files that can be shown here.');
  const showFiles = saved && filesAction(commands, folders, saved);
  const actions: IPageAction[] = [
    {
      label: trans.__('Show files'),
      obstacle: showFiles ? null : none,
      execute: () => showFiles?.()
    }
  ];
  if (commands.hasCommand(CommandIDs.openTensorBoard)) {
    actions.push({
      label: trans.__('Open TensorBoard'),
      obstacle: saved?.log ? null : none,
      execute: () =>
        void commands.execute(CommandIDs.openTensorBoard, { jobId })
    });
  }
  return actions;
}
