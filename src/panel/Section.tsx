import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { useFocusFallback } from './focusFallback';

/** A part of the panel. */
export interface ISectionProps {
  readonly className: string;
  readonly title: string;
  /** How many there are, already formatted. */
  readonly count: string;
  /** Whether it is open until the user folds it; true by default. */
  readonly isOpenAtFirst?: boolean;
  /** Returns the element that gets the focus when the focused one is removed; by default the section's head. */
  readonly fallback?: (section: Element) => HTMLElement | null;
  readonly children: React.ReactNode;
}

/** A part of the panel that can be folded. */
export function Section(props: ISectionProps): React.JSX.Element {
  const { className, title, count, fallback, children } = props;
  const [chosen, setChosen] = React.useState<boolean | null>(null);
  const open = chosen ?? props.isOpenAtFirst ?? true;
  const id = React.useId();
  const head = React.useRef<HTMLButtonElement>(null);
  const focus = useFocusFallback(() => {
    const section = head.current?.closest('section');
    return (section && fallback?.(section)) ?? head.current;
  });
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <section
      className={`jp-Aibro-section ${className}${open ? '' : ' jp-mod-folded'}`}
      aria-labelledby={id}
      {...focus}
    >
      <h3 className="jp-Aibro-sectionHead">
        <button
          ref={head}
          id={id}
          aria-expanded={open}
          onClick={() => setChosen(!open)}
        >
          <Caret.react tag="span" className="jp-Aibro-caret" />
          <span className="jp-Aibro-sectionTitle">{title}</span>
          <span className="jp-Aibro-count">{count}</span>
        </button>
      </h3>
      {open && children}
    </section>
  );
}
