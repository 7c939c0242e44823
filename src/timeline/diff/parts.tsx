import * as React from 'react';
import type { Timeline, TimelineDiff } from '../../api';
import { formatDifference, formatDuration, formatRecent } from '../../format';
import type { ILanguage } from '../../format';
import { nameOf } from '../../job/model/job';
import type { FeedState } from '../../output/feed';
import { noteOf } from '../../output/note';
import { attemptWords } from '../attempts';
import type { IReading } from '../reading';
import type { IDiffReading, IDiffRow, ISide } from './reading';
import { labelOf } from './words';

/** What the parts of a comparison show. */
interface IDiffProps {
  readonly diff: TimelineDiff;
  readonly reading: IDiffReading;
  readonly language: ILanguage;
}

/** What the line above a comparison shows. */
interface IHeaderProps extends IDiffProps {
  readonly state: FeedState;
}

/** The answer in a sentence, and which bars are whose. */
export function DiffHeader(props: IHeaderProps): React.JSX.Element {
  const { diff, language, reading, state } = props;
  const { locale, trans } = language;
  const asOf = Math.max(diff.first.as_of, diff.second.as_of);
  const note = noteOf(
    state,
    formatRecent(asOf, Date.now() / 1000, locale),
    trans
  );
  return (
    <>
      <p className="jp-Aibro-Diff-sentence" lang="en">
        {diff.sentence}
      </p>
      <dl className="jp-Aibro-Diff-keys">
        <Key
          side="first"
          label={trans.__('First')}
          timeline={diff.first}
          reading={reading.first}
          language={language}
        />
        <Key
          side="second"
          label={trans.__('Second')}
          timeline={diff.second}
          reading={reading.second}
          language={language}
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
  readonly language: ILanguage;
}): React.JSX.Element {
  const { label, language, reading, side, timeline } = props;
  const { job_id, status } = timeline;
  const name = nameOf(timeline);
  const attempt = reading.attempts.at(-1)?.to ?? 1;
  return (
    <div>
      <dt>
        <svg width="22" height="12" aria-hidden="true" data-side={side}>
          <rect x="1" y="1" width="20" height="10" />
        </svg>
        {label}
      </dt>
      <dd title={`${name}\n${job_id}`} translate="no">
        <span>{name}</span>
        {` · ${formatDuration(reading.wallTime, language)}`}
        {attempt > 1 &&
          ` · ${attemptWords({ from: attempt, to: attempt }, language)}`}
        {` · ${status}`}
      </dd>
    </div>
  );
}

/** The values of the chart. */
export function DiffTable({
  diff,
  reading,
  language
}: IDiffProps): React.JSX.Element {
  const { trans } = language;
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
          <Row key={row.name} row={row} language={language} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: {
  readonly row: IDiffRow;
  readonly language: ILanguage;
}): React.JSX.Element {
  const { language, row } = props;
  const { trans } = language;
  const words = (side: ISide | null): string =>
    side
      ? side.open
        ? trans.__('%1 so far', formatDuration(side.duration, language))
        : formatDuration(side.duration, language)
      : trans.__('none');
  return (
    <tr>
      <th
        scope="row"
        translate={row.name === 'all' || row.name === 'idle' ? undefined : 'no'}
      >
        {labelOf(row, trans)}
      </th>
      <td>{words(row.first)}</td>
      <td>{words(row.second)}</td>
      <td>
        {row.difference === null
          ? ''
          : formatDifference(row.difference, language)}
      </td>
    </tr>
  );
}
