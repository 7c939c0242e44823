import '../../style/icon-button.css';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** A small button with an icon; its label is the tooltip, and its name for screen readers. */
export function IconButton(props: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly tabIndex?: number;
  readonly opensMenu?: boolean;
  /** Makes it a toggle button, and says whether it is on. */
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
  readonly onClick: (event: React.MouseEvent) => void;
}): React.JSX.Element {
  const { icon, label, onClick } = props;
  return (
    <button
      type="button"
      className="jp-Aibro-iconButton"
      title={label}
      aria-label={label}
      aria-haspopup={props.opensMenu ? 'menu' : undefined}
      aria-pressed={props.isPressed}
      disabled={props.isDisabled}
      tabIndex={props.tabIndex}
      onClick={onClick}
      // Two quick clicks are not a double click on the row around it.
      onDoubleClick={event => event.stopPropagation()}
    >
      <icon.react tag="span" />
    </button>
  );
}
