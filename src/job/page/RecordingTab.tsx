import '../../../style/replay.css';
import '../../../style/replay-page.css';
import * as React from 'react';
import type { Job, Recording, Verdict } from '../../api';
import { RecordingFacts } from '../../replay/RecordingFacts';
import { verdictLook, verdictWord } from '../../replay/verdict';
import { CommandIDs } from '../../tokens';
import { hasEnded } from '../model/job';
import { ActionButtons } from './ActionButtons';
import { recordingActions } from './actions';
import type { IJobPageServices } from './services';
import { useAnswer } from './useAnswer';
import type { Answer } from './useAnswer';

interface IRecordingTabProps {
  readonly job: Job;
  readonly services: IJobPageServices;
}

/** Whether a replay gave the same results, and what was recorded of the job. */
export function RecordingTab(props: IRecordingTabProps): React.JSX.Element {
  const { job } = props;
  return (
    <>
      {job.replay_of !== null && <ReplayVerdict {...props} />}
      {job.recorded && <Recorded {...props} />}
    </>
  );
}

function ReplayVerdict({
  job,
  services
}: IRecordingTabProps): React.JSX.Element {
  const { commands, jobs, trans } = services;
  const { job_id: jobId, verdict: name } = job;
  const ask = React.useCallback(
    async (signal: AbortSignal) =>
      name === null ? null : jobs.client.verdict(jobId, signal),
    [jobs, jobId, name]
  );
  const answer = useAnswer(ask, jobs.connection.kind);
  return (
    <>
      <h2>{trans.__('Replay of job %1', job.replay_of ?? '')}</h2>
      {answer.kind === 'known' && answer.value ? (
        <VerdictBox verdict={answer.value} label={trans.__('Verdict')} />
      ) : (
        <p className="jp-Aibro-JobPage-note">
          {verdictWords(answer, job, services)}
        </p>
      )}
      <ActionButtons
        actions={[
          {
            label: trans.__('Open the recorded job'),
            obstacle: null,
            execute: () =>
              void commands.execute(CommandIDs.openJob, {
                jobId: job.replay_of
              })
          },
          {
            label: trans.__('Show beside the recorded job'),
            obstacle: commands.hasCommand(CommandIDs.openReplay)
              ? null
              : trans.__('There is no page for replays here.'),
            execute: () =>
              void commands.execute(CommandIDs.openReplay, { jobId })
          }
        ]}
      />
    </>
  );
}

function verdictWords(
  answer: Answer<Verdict | null>,
  job: Job,
  { trans }: IJobPageServices
): string {
  switch (answer.kind) {
    case 'loading':
      return trans.__('Loading the verdict…');
    case 'failed':
      return answer.message;
    case 'known':
      return hasEnded(job)
        ? trans.__('The replay ended without a verdict.')
        : trans.__('The verdict comes when the replay has ended.');
  }
}

function VerdictBox({
  label,
  verdict
}: {
  readonly label: string;
  readonly verdict: Verdict;
}): React.JSX.Element {
  const { icon, type } = verdictLook(verdict.verdict);
  return (
    <div
      className="jp-Aibro-ReplayPage-verdict"
      data-type={type}
      role="group"
      aria-label={label}
    >
      <p>
        <icon.react
          tag="span"
          className="jp-Aibro-ReplayPage-icon"
          aria-hidden="true"
        />
        <span className="jp-Aibro-ReplayPage-word" translate="no">
          {verdictWord(verdict.verdict)}
        </span>
      </p>
      <p lang="en">{verdict.sentence}</p>
    </div>
  );
}

function Recorded({ job, services }: IRecordingTabProps): React.JSX.Element {
  const { trans } = services;
  return (
    <>
      <h2>{trans.__('What was recorded')}</h2>
      {hasEnded(job) ? (
        <Record job={job} services={services} />
      ) : (
        <p className="jp-Aibro-JobPage-note">
          {trans.__('What is recorded can be read when the job has ended.')}
        </p>
      )}
      <ActionButtons actions={recordingActions(job, services)} />
    </>
  );
}

function Record({ job, services }: IRecordingTabProps): React.JSX.Element {
  const { jobs, locale, trans } = services;
  const { job_id: jobId } = job;
  const ask = React.useCallback(
    (signal: AbortSignal) => jobs.client.recording(jobId, signal),
    [jobs, jobId]
  );
  const answer = useAnswer(ask, jobs.connection.kind);
  if (answer.kind !== 'known') {
    return (
      <p className="jp-Aibro-JobPage-note">
        {answer.kind === 'failed'
          ? answer.message
          : trans.__('Loading the recording…')}
      </p>
    );
  }
  const { problem, start_epochs: epochs } = answer.value;
  return (
    <>
      <div className="jp-Aibro-JobPage-recording">
        <RecordingFacts
          recording={answer.value}
          trans={trans}
          locale={locale}
        />
        <div lang={epochs.length ? undefined : 'en'}>
          {startWords(answer.value, services)}
        </div>
      </div>
      {problem !== null && (
        <p className="jp-Aibro-JobPage-reason" lang="en">
          {problem}
        </p>
      )}
    </>
  );
}

/** The epochs from which a replay can start, in words. */
function startWords(
  { no_start_epochs, start_epochs }: Recording,
  { trans }: IJobPageServices
): string {
  return start_epochs.length > 0
    ? trans._n(
        'A replay can also begin with the state saved after epoch %2.',
        'A replay can also begin with one of %1 saved states, the last of them after epoch %2.',
        start_epochs.length,
        start_epochs[start_epochs.length - 1]
      )
    : (no_start_epochs ?? '');
}
