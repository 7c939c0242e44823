import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** A button with a picture; one that is pressed or not is a switch. */
export function ToolButton(props: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}): React.JSX.Element {
  const { icon, isDisabled, isPressed, label, onClick } = props;
  return (
    <button
      type="button"
      className="jp-Aibro-iconButton"
      title={label}
      aria-label={label}
      aria-pressed={isPressed}
      disabled={isDisabled}
      onClick={onClick}
    >
      <icon.react tag="span" />
    </button>
  );
}
