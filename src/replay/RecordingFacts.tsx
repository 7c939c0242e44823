import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Recording } from '../api';
import { formatSize } from '../format';
import {
  contentWords,
  differenceWords,
  partWords,
  recordingWords,
  usesRecordedInterpreter
} from './facts';

/** The number of differences that are shown at once; the others are collapsed. */
const FEW = 2;

interface IRecordingFactsProps {
  readonly recording: Recording;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** What was recorded, and what is different on this machine. */
export function RecordingFacts({
  recording,
  trans,
  locale
}: IRecordingFactsProps): React.JSX.Element {
  const { differences, interpreter, parts, size_bytes } = recording;
  const words = recordingWords(recording, trans, locale);
  const replaysWith =
    interpreter && trans.__('A replay runs with %1', interpreter);
  // The path of the recorded Python matters only if a replay would use another one.
  const isSame = usesRecordedInterpreter(recording);
  return (
    <>
      <div title={isSame && replaysWith ? replaysWith : undefined}>
        {differences.length === 0
          ? trans.__('Recorded: %1 · this machine: the same', words)
          : trans.__('Recorded: %1', words)}
      </div>
      <div>{contentWords(recording, trans, locale)}</div>
      {!isSame && replaysWith && <div>{replaysWith}</div>}
      {differences.length > 0 && (
        <details
          className="jp-Aibro-Replay-fold"
          open={differences.length <= FEW}
        >
          <summary>
            {trans._n(
              'This machine differs in %1 fact',
              'This machine differs in %1 facts',
              differences.length
            )}
          </summary>
          <ul>
            {differences.map(difference => (
              <li key={difference.name}>
                {differenceWords(difference, trans)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {parts.length > 0 && (
        <details className="jp-Aibro-Replay-fold">
          <summary>
            {trans._n(
              '%1 part, %2',
              '%1 parts, %2',
              parts.length,
              formatSize(size_bytes, locale)
            )}
          </summary>
          <ul>
            {parts.map(part => (
              <li key={part.name} translate="no">
                {partWords(part, locale)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
