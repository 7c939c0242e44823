import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { useFocusHeir } from './focusFallback';

/** A part of the panel. */
export interface ISectionProps {
  readonly className: string;
  readonly title: string;
  /** How many there are, already formatted. */
  readonly count: string;
  /** Whether it is open until the user says otherwise; it is unless told. */
  readonly isOpenAtFirst?: boolean;
  /** What gets the focus when what had it is gone; its head without that. */
  readonly heir?: (section: Element) => HTMLElement | null;
  readonly children: React.ReactNode;
}

/** A part of the panel that can be folded. */
export function Section(props: ISectionProps): React.JSX.Element {
  const { className, title, count, heir, children } = props;
  const [chosen, setChosen] = React.useState<boolean | null>(null);
  const open = chosen ?? props.isOpenAtFirst ?? true;
  const id = React.useId();
  const head = React.useRef<HTMLButtonElement>(null);
  const focus = useFocusHeir(() => {
    const section = head.current?.closest('section');
    return (section && heir?.(section)) ?? head.current;
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
