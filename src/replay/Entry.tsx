import * as React from 'react';

/** The DOM id of a form field; only one dialog is open at a time. */
export function entryId(field: string): string {
  return `jp-Aibro-Replay-${field}`;
}

/** A form field: label, control, and the messages about it. */
export function Entry(
  props: React.PropsWithChildren<{
    readonly field: string;
    readonly label: string;
    readonly problem: string | undefined;
    readonly note?: React.ReactNode;
    readonly details?: React.ReactNode;
  }>
): React.JSX.Element {
  const { children, field, label } = props;
  return (
    <div className="jp-Aibro-Replay-entry">
      <label htmlFor={entryId(field)} className="jp-Aibro-Replay-label">
        {label}
      </label>
      <div className="jp-Aibro-Replay-value">
        {children}
        <Remark {...props} />
      </div>
    </div>
  );
}

/** An error or, if there is none, a help text; and in any case what is known about the value. */
export function Remark(props: {
  readonly field: string;
  readonly problem: string | undefined;
  readonly note?: React.ReactNode;
  readonly details?: React.ReactNode;
}): React.JSX.Element {
  const { details, field, note, problem } = props;
  return (
    <div id={remarkId(field)} aria-live="polite">
      <div
        className={
          problem === undefined
            ? 'jp-Aibro-Replay-note'
            : 'jp-Aibro-Replay-problem'
        }
      >
        {problem ?? note}
      </div>
      {details !== undefined && (
        <div className="jp-Aibro-Replay-note">{details}</div>
      )}
    </div>
  );
}

/** The attributes that link a control to its label and its message. */
export function control(
  field: string,
  problem: string | undefined
): {
  id: string;
  className: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
} {
  return {
    id: entryId(field),
    className: 'jp-mod-styled',
    'aria-describedby': remarkId(field),
    'aria-invalid': problem !== undefined
  };
}

function remarkId(field: string): string {
  return `${entryId(field)}-remark`;
}
