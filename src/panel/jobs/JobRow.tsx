import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Job } from '../../api';
import {
  formatAgo,
  formatClock,
  formatCount,
  formatMetric,
  formatMoment
} from '../../format';
import {
  cancelIcon,
  importedIcon,
  logIcon,
  recordedIcon,
  replayIcon,
  replayOfIcon,
  timelineIcon
} from '../../job/model/icons';
import {
  hasEnded,
  isInEpochs,
  nameOf,
  progressShare
} from '../../job/model/job';
import { jobLook, statusWords } from '../../job/model/status';
import { IconButton } from '../../react/IconButton';
import { ProgressBar } from '../../react/ProgressBar';
import { CommandIDs } from '../../tokens';
import type { IPanelContext } from '../context';

/** What a row shows. */
export interface IJobRowProps {
  readonly context: IPanelContext;
  readonly job: Job;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Whether keyboard focus stops at this row. */
  readonly isCurrent: boolean;
  /** The metric to show, when the job has it; null shows none. */
  readonly metric: string | null;
  /** Whether to show how long the job takes or took. */
  readonly showElapsed: boolean;
}

/** The content of a row in the list of jobs: two lines and the two likeliest actions. */
export const JobRow = React.memo(function JobRow(
  props: IJobRowProps
): React.JSX.Element {
  const { context, job, now, isCurrent } = props;
  const { trans, locale } = context;
  const look = jobLook(job);
  return (
    <>
      <div
        role="gridcell"
        className={`jp-Aibro-job-content ${look.className}`}
        title={tooltip(job, trans, locale)}
      >
        <look.icon.react tag="span" className="jp-Aibro-state" />
        <div className="jp-Aibro-line">
          <span className="jp-Aibro-job-title" translate="no">
            {nameOf(job)}
          </span>
          <Marks job={job} trans={trans} />
          {props.showElapsed && (
            <span className="jp-Aibro-elapsed">
              {formatClock((job.ended_at ?? now) - job.created_at)}
            </span>
          )}
        </div>
        <div className="jp-Aibro-line jp-Aibro-detail">
          <Detail {...props} />
        </div>
      </div>
      <Actions context={context} job={job} isCurrent={isCurrent} />
    </>
  );
});

function Marks(props: {
  job: Job;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { job, trans } = props;
  return (
    <>
      {job.foreign && <Mark icon={importedIcon} label={trans.__('imported')} />}
      {job.recorded && (
        <Mark icon={recordedIcon} label={trans.__('recorded')} />
      )}
      {job.replay_of !== null && (
        <Mark
          icon={replayOfIcon}
          label={trans.__('replay of %1', job.replay_of)}
        />
      )}
    </>
  );
}

function Mark(props: { icon: LabIcon; label: string }): React.JSX.Element {
  const { icon, label } = props;
  return (
    <span className="jp-Aibro-mark" role="img" aria-label={label} title={label}>
      <icon.react tag={null} />
    </span>
  );
}

/** The second line: the status in capitals, and details. */
function Detail({
  context,
  job,
  now,
  metric
}: IJobRowProps): React.JSX.Element {
  const { trans, locale } = context;
  const active = !hasEnded(job);
  const inEpochs = isInEpochs(job);
  // Notes and reasons are as the server wrote them.
  const isEnglish = active ? !job.cancel_requested : job.reason !== null;
  const isAgo = !active && !job.reason;
  return (
    <>
      <span className="jp-Aibro-status" translate="no">
        {statusWords(job.status, job.substatus)}
      </span>
      {job.verdict !== null && (
        <span className="jp-Aibro-verdict" translate="no">
          {job.verdict.replaceAll('_', ' ')}
        </span>
      )}
      {job.from_epoch > 0 && (
        <span className="jp-Aibro-fromEpoch">
          <span className="jp-Aibro-wideOnly">
            {trans.__('from epoch %1', job.from_epoch)}
          </span>
          <span className="jp-Aibro-narrowOnly">
            {trans.__('from %1', job.from_epoch)}
          </span>
        </span>
      )}
      {job.attempt > 1 && (
        <span className="jp-Aibro-attempt">
          {trans.__('attempt %1', formatCount(job.attempt, locale))}
        </span>
      )}
      {inEpochs && <Epochs job={job} trans={trans} />}
      <span
        className={`jp-Aibro-note${isAgo ? ' jp-mod-ago' : ''}`}
        lang={isEnglish ? 'en' : undefined}
      >
        {active
          ? job.cancel_requested
            ? trans.__('canceling…')
            : job.note
          : firstLine(job.reason) ||
            formatAgo(job.ended_at ?? now, now, locale)}
      </span>
      {job.reason === null && metric !== null && (
        <Metric job={job} preferred={metric} locale={locale} />
      )}
      {job.machine_id !== null && (
        <span className="jp-Aibro-machine" translate="no">
          {job.machine_id}
        </span>
      )}
    </>
  );
}

function Epochs(props: {
  job: Job;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { job, trans } = props;
  const { epoch, epochs } = job;
  // As Keras counts: the epoch that runs, from 1.
  const running = Math.min(epoch + 1, epochs);
  return (
    <>
      <span className="jp-Aibro-epoch">
        <span className="jp-Aibro-wideOnly">{trans.__('epoch')} </span>
        <span
          className="jp-Aibro-running"
          style={{ minWidth: `min(4ch, ${String(epochs).length}ch)` }}
        >
          {running}
        </span>
        /{epochs}
      </span>
      <ProgressBar label={trans.__('Epochs')} share={progressShare(job)} />
    </>
  );
}

function Metric(props: {
  job: Job;
  preferred: string;
  locale: string | undefined;
}): React.JSX.Element | null {
  const { metrics } = props.job;
  const name =
    props.preferred in metrics ? props.preferred : Object.keys(metrics).at(0);
  if (name === undefined) {
    return null;
  }
  return (
    <span className="jp-Aibro-metric">
      <span className="jp-Aibro-wideOnly" translate="no">
        {name}{' '}
      </span>
      {formatMetric(metrics[name] ?? null, props.locale)}
    </span>
  );
}

/** The two most likely actions; the others are in the context menu. */
function Actions(props: {
  context: IPanelContext;
  job: Job;
  isCurrent: boolean;
}): React.JSX.Element {
  const { context, job, isCurrent } = props;
  const { commands } = context;
  const args = { jobId: job.job_id };
  const second: readonly [string, LabIcon] = !hasEnded(job)
    ? [CommandIDs.cancel, cancelIcon]
    : job.recorded
      ? [CommandIDs.replay, replayIcon]
      : [CommandIDs.showLog, logIcon];
  const first: readonly [string, LabIcon] =
    job.replay_of === null
      ? [CommandIDs.showTimeline, timelineIcon]
      : [CommandIDs.openReplay, replayOfIcon];
  const actions = [first, second];
  return (
    <div role="gridcell" className="jp-Aibro-actions">
      {actions
        .filter(
          ([id]) => commands.hasCommand(id) && commands.isEnabled(id, args)
        )
        .map(([id, icon]) => (
          <IconButton
            key={id}
            icon={icon}
            label={commands.label(id, args)}
            tabIndex={isCurrent ? 0 : -1}
            onClick={() => void commands.execute(id, args)}
          />
        ))}
    </div>
  );
}

function firstLine(text: string | null): string {
  return text?.split('\n', 1)[0] ?? '';
}

function tooltip(
  job: Job,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  return [
    job.description,
    trans.__('Job %1', job.job_id),
    statusWords(job.status, job.substatus),
    job.verdict?.replaceAll('_', ' '),
    job.from_epoch > 0 && trans.__('From epoch %1', job.from_epoch),
    job.attempt > 1 && trans.__('Attempt %1', formatCount(job.attempt, locale)),
    job.foreign && trans.__('Imported from a report'),
    job.note,
    job.reason,
    job.needs_kernel && !hasEnded(job)
      ? trans.__('Until its data is stored the job ends with its kernel')
      : '',
    job.machine_id && trans.__('Machine %1', job.machine_id),
    trans.__('Created %1', formatMoment(job.created_at, locale))
  ]
    .filter(Boolean)
    .join('\n');
}
