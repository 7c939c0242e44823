import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { LogLine } from '../api';
import { formatSize } from '../format';
import { pieces } from './marks';

/** One line of a log; an empty row until the line has been read. */
export const LineRow = React.memo(function LineRow(props: {
  readonly index: number;
  readonly line: LogLine | undefined;
  readonly pattern: RegExp | null;
  /** Which hit of this line is the current one; null when it is in another line. */
  readonly current: number | null;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}): React.JSX.Element {
  const { current, index, line, locale, pattern, trans } = props;
  return (
    <span
      className="jp-Aibro-log-line"
      translate="no"
      data-line={index}
      aria-busy={!line}
    >
      {pieces(line?.text ?? '', pattern).map(({ text, look, hit }, key) =>
        hit === null ? (
          <span key={key} className={look.className} style={look.style}>
            {text}
          </span>
        ) : (
          <mark
            key={key}
            className={
              hit === current
                ? 'jp-Aibro-log-hit jp-mod-current'
                : 'jp-Aibro-log-hit'
            }
          >
            {text}
          </mark>
        )
      )}
      {line && line.omitted > 0 && (
        <em className="jp-Aibro-log-omitted" translate="yes">
          {trans.__('… %1 more', formatSize(line.omitted, locale))}
        </em>
      )}
    </span>
  );
});
