import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Instance } from '../../api';
import { formatClock, formatCount } from '../../format';
import { cancelIcon } from '../../job/model/icons';
import { instanceLook, statusWords } from '../../job/model/status';
import { useNow, useUpdates } from '../../react/hooks';
import { IconButton } from '../../react/IconButton';
import { CommandIDs } from '../../tokens';
import type { IPanelContext } from '../context';
import { Section } from '../Section';

/** The instances that are not closed, with their cooling counted down. */
export const InstancesSection = React.memo(function InstancesSection(props: {
  context: IPanelContext;
  visible: boolean;
}): React.JSX.Element {
  const { context, visible } = props;
  const { instances, jobs, settings, trans, locale } = context;
  useUpdates(instances.updated, visible);
  useUpdates(settings.changed, visible);
  const { rows } = instances;
  const isCooling = rows.some(({ status }) => status === 'COOLING');
  const now = useNow(() => jobs.now(), visible && isCooling ? 1000 : null);
  return (
    <Section
      className="jp-Aibro-instances"
      title={trans.__('Instances')}
      count={formatCount(rows.length, locale)}
    >
      {rows.length ? (
        <ul className="jp-Aibro-instanceList">
          {rows.map(instance => (
            <InstanceRow
              key={instance.instance_id}
              {...{ context, instance, now }}
            />
          ))}
        </ul>
      ) : (
        <p className="jp-Aibro-hint">{trans.__('No instance is up.')}</p>
      )}
    </Section>
  );
});

function InstanceRow(props: {
  context: IPanelContext;
  instance: Instance;
  now: number;
}): React.JSX.Element {
  const { context, instance, now } = props;
  const { trans } = context;
  const look = instanceLook(instance.status);
  const { status, cooling_until: until } = instance;
  const left =
    status === 'COOLING' && until !== null ? Math.max(0, until - now) : null;
  return (
    <li
      className={`jp-Aibro-instance ${look.className}`}
      title={tooltip(instance, trans)}
    >
      <look.icon.react tag="span" className="jp-Aibro-state" />
      <div className="jp-Aibro-line">
        <span className="jp-Aibro-job-title" translate="no">
          {instance.machine_id}
        </span>
        <span className="jp-Aibro-status" translate="no">
          {statusWords(instance.status, instance.substatus)}
        </span>
        {left !== null && (
          <span className="jp-Aibro-elapsed">
            {trans.__('%1 left', formatClock(left))}
          </span>
        )}
      </div>
      {left !== null ? (
        <Cooling {...{ context, instance, left }} />
      ) : (
        <div className="jp-Aibro-line jp-Aibro-detail">
          <span className="jp-Aibro-note" translate="no">
            {instance.description || instance.job_id}
          </span>
        </div>
      )}
    </li>
  );
}

/** The time left as a bar that empties, what cooling is good for, and what can be done about it. */
function Cooling(props: {
  context: IPanelContext;
  instance: Instance;
  /** Seconds. */
  left: number;
}): React.JSX.Element {
  const { context, instance, left } = props;
  const { trans, commands } = context;
  const { extendSeconds } = context.settings.current;
  const whole = Math.max(instance.cool_down_period_s, left, 1);
  const args = { instanceId: instance.instance_id };
  const minutes = Math.round(extendSeconds / 60);
  const short = instance.deterministic
    ? trans.__('Next recorded job starts warm')
    : trans.__('Next job starts warm');
  return (
    <div className="jp-Aibro-line jp-Aibro-detail">
      <span className="jp-Aibro-note" title={short}>
        <span className="jp-Aibro-wideOnly">
          {instance.deterministic
            ? trans.__('Your next recorded job would start warm')
            : trans.__('Your next job would start warm')}
        </span>
        <span className="jp-Aibro-narrowOnly">{short}</span>
      </span>
      <span className="jp-Aibro-cooling" aria-hidden="true">
        <span style={{ width: `${(100 * left) / whole}%` }} />
      </span>
      <IconButton
        icon={addIcon}
        label={trans._n(
          'Extend %2 by %1 minute',
          'Extend %2 by %1 minutes',
          minutes,
          instance.machine_id
        )}
        onClick={() =>
          void commands.execute(CommandIDs.extendInstance, {
            ...args,
            seconds: extendSeconds
          })
        }
      />
      <IconButton
        icon={cancelIcon}
        label={trans.__('Close %1 now', instance.machine_id)}
        onClick={() => void commands.execute(CommandIDs.closeInstance, args)}
      />
    </div>
  );
}

function tooltip(instance: Instance, trans: TranslationBundle): string {
  const job = instance.description || instance.job_id;
  return [
    trans.__('Instance %1', instance.instance_id),
    statusWords(instance.status, instance.substatus),
    instance.market === 'spot' ? trans.__('Spot') : trans.__('On demand'),
    instance.status === 'COOLING'
      ? trans.__('Last job: %1', job)
      : job && trans.__('Job: %1', job),
    instance.status === 'COOLING' &&
      (instance.deterministic
        ? trans.__(
            'A recorded job on %1 from the same Python environment would begin at once, without a launch.',
            instance.machine_id
          )
        : trans.__(
            'A job on %1 from the same Python environment would begin at once, without a launch.',
            instance.machine_id
          ))
  ]
    .filter(Boolean)
    .join('\n');
}
