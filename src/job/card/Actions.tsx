import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';
import type { Job, JobCard } from '../../api';
import type { FeedState } from '../../output/feed';
import { CommandIDs } from '../../tokens';
import { hasEnded } from '../model/job';

/** Props of the buttons of a card. */
export interface IActionsProps {
  readonly card: JobCard;
  readonly state: FeedState;
  readonly isOnline: boolean;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

/** The buttons of a card; renders nothing while the job's server cannot be reached. */
export function Actions(props: IActionsProps): React.JSX.Element {
  const { card, commands, isOnline, state, trans } = props;
  const { job } = card;
  const isHere = isOnline && state.kind !== 'gone';
  const run = (command: string) => (): void => {
    void commands.execute(command, { jobId: job.job_id });
  };
  return (
    <div className="jp-Aibro-Card-actions" data-lm-suppress-shortcuts>
      {isHere && (
        <>
          <CancelButton
            job={job}
            trans={trans}
            onCancel={run(CommandIDs.cancel)}
          />
          {actionsOf(job, trans)
            .filter(([command]) => commands.hasCommand(command))
            .map(([command, label]) => (
              <button key={command} type="button" onClick={run(command)}>
                {label}
              </button>
            ))}
        </>
      )}
    </div>
  );
}

function actionsOf(
  job: Job,
  trans: TranslationBundle
): readonly (readonly [command: string, label: string])[] {
  const always = [
    [CommandIDs.showTimeline, trans.__('Timeline')],
    [CommandIDs.showLog, trans.__('Log')]
  ] as const;
  return job.recorded && hasEnded(job)
    ? [...always, [CommandIDs.replay, trans.__('Replay…')]]
    : always;
}

/** Stays while it has the keyboard focus, because removing the button would lose the focus. */
function CancelButton({
  job,
  trans,
  onCancel
}: {
  readonly job: Job;
  readonly trans: TranslationBundle;
  readonly onCancel: () => void;
}): React.JSX.Element | null {
  const [hasFocus, setHasFocus] = React.useState(false);
  const canCancel = !hasEnded(job) && !job.cancel_requested;
  if (hasEnded(job) && !hasFocus) {
    return null;
  }
  return (
    <button
      type="button"
      aria-disabled={!canCancel}
      onClick={canCancel ? onCancel : undefined}
      onFocus={() => setHasFocus(true)}
      onBlur={() => setHasFocus(false)}
    >
      {trans.__('Cancel')}
    </button>
  );
}
