import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Timeline, TimelineDiff } from '../../api';
import type { FeedState } from '../../output/feed';
import { noteOf } from '../../output/note';
import { formatClock, formatDuration } from '../format';
import type { IReading } from '../reading';
import { formatDifference } from './reading';
import type { IDiffReading, IDiffRow, ISide } from './reading';
import { nameOf } from './words';

/** What the parts of a comparison show. */
export interface IDiffProps {
  readonly diff: TimelineDiff;
  readonly reading: IDiffReading;
  readonly state: FeedState;
  readonly trans: TranslationBundle;
}

/** The answer in a sentence, and which bars are whose. */
export function DiffHeader(props: IDiffProps): React.JSX.Element {
  const { diff, reading, state, trans } = props;
  const asOf = Math.max(diff.first.as_of, diff.second.as_of);
  const note = noteOf(state, formatClock(asOf, Date.now() / 1000), trans);
  return (
    <>
      <p className="jp-Aibro-Diff-sentence">{diff.sentence}</p>
      <dl className="jp-Aibro-Diff-keys">
        <Key
          side="first"
          label={trans.__('First')}
          timeline={diff.first}
          reading={reading.first}
        />
        <Key
          side="second"
          label={trans.__('Second')}
          timeline={diff.second}
          reading={reading.second}
        />
      </dl>
      {note !== null && (
        <p className="jp-Aibro-Timeline-note" role="status">
          {note}
        </p>
      )}
    </>
  );
}

function Key(props: {
  readonly side: 'first' | 'second';
  readonly label: string;
  readonly timeline: Timeline;
  readonly reading: IReading;
}): React.JSX.Element {
  const { label, reading, side, timeline } = props;
  const { job_id, status } = timeline;
  const name = nameOf(timeline);
  return (
    <div>
      <dt>
        <svg width="22" height="12" aria-hidden="true" data-side={side}>
          <rect x="1" y="1" width="20" height="10" />
        </svg>
        {label}
      </dt>
      <dd title={`${name}\n${job_id}`}>
        <span>{name}</span>
        {` · ${formatDuration(reading.wallTime)} · ${status}`}
      </dd>
    </div>
  );
}

/** The values of the chart. */
export function DiffTable({
  diff,
  reading,
  trans
}: IDiffProps): React.JSX.Element {
  return (
    <table>
      <caption>
        {trans.__(
          'Periods of %1 and %2',
          nameOf(diff.first),
          nameOf(diff.second)
        )}
      </caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('Period')}</th>
          <th scope="col">{trans.__('First')}</th>
          <th scope="col">{trans.__('Second')}</th>
          <th scope="col">{trans.__('Difference')}</th>
        </tr>
      </thead>
      <tbody>
        {reading.rows.map(row => (
          <Row key={row.name} row={row} trans={trans} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: {
  readonly row: IDiffRow;
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  const { row, trans } = props;
  const words = (side: ISide | null): string =>
    side
      ? side.open
        ? trans.__('%1 so far', formatDuration(side.duration))
        : formatDuration(side.duration)
      : trans.__('none');
  return (
    <tr>
      <th scope="row">{row.name ?? trans.__('In all')}</th>
      <td>{words(row.first)}</td>
      <td>{words(row.second)}</td>
      <td>{formatDifference(row.difference)}</td>
    </tr>
  );
}
