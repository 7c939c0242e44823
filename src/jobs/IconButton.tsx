import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** A small button with a picture, its name for everybody in the tooltip and for screen readers. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  tabIndex?: number;
  opensMenu?: boolean;
  onClick: (event: React.MouseEvent) => void;
}): React.JSX.Element {
  const { icon, label, tabIndex, opensMenu, onClick } = props;
  return (
    <button
      className="jp-Aibro-iconButton"
      title={label}
      aria-label={label}
      aria-haspopup={opensMenu ? 'menu' : undefined}
      tabIndex={tabIndex ?? 0}
      onClick={onClick}
      // Two quick clicks are not a double click on the row around it.
      onDoubleClick={event => event.stopPropagation()}
    >
      <icon.react tag="span" />
    </button>
  );
}
