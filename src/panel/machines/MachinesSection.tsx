import '../../../style/panel-machines.css';
import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon, refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Machine, MachineList } from '../../api';
import { formatCount, formatRecent } from '../../format';
import { failedIcon, lineIcon } from '../../job/model/icons';
import type { ILook } from '../../job/model/status';
import { useUpdates } from '../../react/hooks';
import { IconButton } from '../../react/IconButton';
import type { IPanelContext } from '../context';
import { Section } from '../Section';
import { Trouble } from '../Trouble';
import { MachineFeed } from './feed';
import {
  freeWords,
  historyWords,
  labelWords,
  traitsOf,
  usedWords
} from './words';

/** Two machines in a rack. */
const machineIcon = lineIcon(
  'machine',
  'M2.5 2.8h11v4.4h-11zM2.5 8.8h11v4.4h-11zM5.2 5h.1M5.2 11h.1'
);

/** What the section and its parts show. */
interface IMachinesProps {
  readonly context: IPanelContext;
  /** Whether the panel is on screen: otherwise no cluster is asked. */
  readonly visible: boolean;
}

interface IFeedProps extends IMachinesProps {
  readonly feed: MachineFeed;
}

/** The machines that jobs can ask for; folded while this machine is the only one. */
export const MachinesSection = React.memo(function MachinesSection(
  props: IMachinesProps
): React.JSX.Element {
  const { context, visible } = props;
  const { instances, jobs, trans, locale } = context;
  const [feed] = React.useState(() => new MachineFeed(jobs, instances));
  React.useEffect(() => () => feed.dispose(), [feed]);
  React.useEffect(() => {
    if (visible) {
      void feed.know();
    }
  }, [feed, visible]);
  useUpdates(feed.updated, visible);
  const { list } = feed;
  const hasMore =
    list !== null && (list.machines.length > 1 || list.problem !== null);
  return (
    <Section
      className="jp-Aibro-machines"
      title={trans.__('Machines')}
      count={list ? formatCount(list.machines.length, locale) : ''}
      isOpenAtFirst={hasMore}
    >
      <Machines {...props} feed={feed} />
    </Section>
  );
});

/** The part that exists only while the section is open. */
function Machines(props: IFeedProps): React.JSX.Element {
  const { context, feed, visible } = props;
  const { jobs, trans } = context;
  useUpdates(jobs.connectionChanged, visible);
  React.useEffect(() => {
    feed.setVisible(visible);
    return () => feed.setVisible(false);
  }, [feed, visible]);
  const { error, list } = feed;
  const retry = (): Promise<void> => feed.reload();
  return (
    <>
      <div className="jp-Aibro-machineScroller">
        {error !== null && jobs.connection.kind === 'online' && (
          <Trouble
            title={trans.__('The machines could not be read')}
            {...{ retry, trans }}
          >
            {error}
          </Trouble>
        )}
        {list?.problem != null && (
          <Trouble
            title={trans.__('Not all machines can be shown')}
            {...{ retry, trans }}
          >
            <span lang="en">{list.problem}</span>
          </Trouble>
        )}
        {list && (
          <ul className="jp-Aibro-machineList" aria-busy={feed.isAsking}>
            {list.machines.map(machine => (
              <MachineRow
                key={machine.machine_id}
                {...{ context, machine }}
                likeId={idWithProblem(list, machine.problem)}
                isAsking={feed.isAsking}
              />
            ))}
          </ul>
        )}
      </div>
      <AsOf {...props} />
    </>
  );
}

/** The first machine with this problem: all machines of a cluster have the same one. */
function idWithProblem(list: MachineList, problem: string | null): string {
  const first = list.machines.find(it => it.problem === problem);
  return first?.machine_id ?? '';
}

function MachineRow(props: {
  readonly context: IPanelContext;
  readonly machine: Machine;
  /** Id of the machine whose row states the problem: this one, or one above. */
  readonly likeId: string;
  readonly isAsking: boolean;
}): React.JSX.Element {
  const { context, isAsking, likeId, machine } = props;
  const { trans } = context;
  const { machine_id: id, problem } = machine;
  const look = lookOf(machine);
  const labels = labelWords(machine);
  const history = historyWords(machine, context);
  const isUnknown = machine.free === null && problem === null;
  return (
    <li className={`jp-Aibro-machineRow ${look.className}`}>
      <look.icon.react tag="span" className="jp-Aibro-state" />
      <div className="jp-Aibro-line">
        <span className="jp-Aibro-machineId" translate="no" title={id}>
          {id}
        </span>
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy the id %1', id)}
          onClick={() => Clipboard.copyToSystem(id)}
        />
        <span className="jp-Aibro-machineFree">
          {isUnknown && isAsking
            ? trans.__('asking…')
            : freeWords(machine, context)}
        </span>
      </div>
      <ul className="jp-Aibro-machineTraits">
        {[...traitsOf(machine, context), usedWords(machine, context)]
          .filter(trait => trait)
          .map(trait => (
            <li key={trait}>{trait}</li>
          ))}
        {labels && <li translate="no">{labels}</li>}
      </ul>
      {history && <p className="jp-Aibro-machineMore">{history}</p>}
      {problem !== null &&
        (likeId === id ? (
          <p className="jp-Aibro-machineMore jp-mod-problem" lang="en">
            {problem}
          </p>
        ) : (
          <p className="jp-Aibro-machineMore jp-mod-problem">
            {trans.__('For the same reason as %1.', likeId)}
          </p>
        ))}
    </li>
  );
}

/** Icon and colour for whether the machine is available; the words beside it say it too. */
function lookOf({ free, problem }: Machine): ILook {
  if (problem !== null) {
    return { icon: failedIcon, className: 'jp-mod-failed' };
  }
  return {
    icon: machineIcon,
    className:
      free === null
        ? 'jp-mod-neutral'
        : free === 0
          ? 'jp-mod-queuing'
          : 'jp-mod-completed'
  };
}

/** How old the shown state is, and a button to ask again. */
function AsOf({ context, feed }: IFeedProps): React.JSX.Element {
  const { jobs, trans, locale } = context;
  // The answer is announced only to a user who has asked.
  const [heard, setHeard] = React.useState('');
  const { isAsking, list } = feed;
  const words = (): string =>
    feed.list
      ? trans.__('As of %1', formatRecent(feed.list.now, jobs.now(), locale))
      : '';
  const ask = async (): Promise<void> => {
    setHeard('');
    await feed.reload();
    setHeard(feed.error ?? words());
  };
  return (
    <div className="jp-Aibro-machineAge">
      <span>
        {isAsking && list?.machines.some(({ free }) => free === null)
          ? trans.__('Asking what is free…')
          : words()}
      </span>
      <span className="jp-Aibro-forReaders" role="status">
        {heard}
      </span>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Ask again what is free')}
        onClick={() => void ask()}
      />
    </div>
  );
}
