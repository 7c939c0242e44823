import * as React from 'react';
import { JobPicker } from '../picker/JobPicker';
import { control, Entry } from './Entry';
import type { IEntryProps } from './form';
import { RecordingFacts } from './RecordingFacts';
import type { Choice } from './state';

const OFFER = { filter: 'recorded' } as const;

/** The field for the job to replay, with what was recorded of it. */
export function JobEntry(props: IEntryProps): React.JSX.Element {
  const { jobs, locale, model, problem, state, trans } = props;
  const { choice } = state;
  const { id, 'aria-describedby': describedBy } = control('job_id', problem);
  return (
    <Entry
      field="job_id"
      label={trans.__('Job')}
      problem={problem}
      details={
        choice.kind === 'ready' ? (
          <RecordingFacts
            recording={choice.recording}
            trans={trans}
            locale={locale}
          />
        ) : undefined
      }
      note={
        choice.kind === 'loading'
          ? trans.__('Reading the recording…')
          : undefined
      }
    >
      <JobPicker
        id={id}
        client={jobs.client}
        offer={OFFER}
        trans={trans}
        locale={locale}
        now={() => jobs.now()}
        chosen={choiceWords(choice)}
        chosenId={chosenIdOf(choice)}
        onChoose={job => void model.choose(job.job_id, job)}
        autoFocus={props.first === 'job_id'}
        describedBy={describedBy}
        invalid={problem !== undefined}
      />
    </Entry>
  );
}

function chosenIdOf(choice: Choice): string | null {
  switch (choice.kind) {
    case 'none':
      return null;
    case 'ready':
      return choice.job.job_id;
    default:
      return choice.jobId;
  }
}

function choiceWords(choice: Choice): string {
  const jobId = chosenIdOf(choice) ?? '';
  const job = choice.kind === 'none' ? null : choice.job;
  return [job?.description, jobId].filter(Boolean).join(' · ');
}
