import '../../style/job-picker.css';
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownEmptyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { AibroClient, Job } from '../api';
import { formatAgo, formatCount } from '../format';
import { nameOf } from '../job/model/job';
import { jobLook } from '../job/model/status';
import { jobsOf, useJobSearch } from './search';
import type { IOffer, Search } from './search';

/** Props of the job picker. */
export interface IJobPickerProps {
  readonly id: string;
  readonly client: AibroClient;
  /** Which jobs the user can choose from. */
  readonly offer: IOffer;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
  /** The server's time, in seconds since the epoch. */
  readonly now: () => number;
  /** The text shown while the list is closed: the chosen job. */
  readonly chosen: string;
  readonly chosenId: string | null;
  readonly onChoose: (job: Job) => void;
  readonly autoFocus: boolean;
  /** Whether the list is open at first. */
  readonly startsOpen?: boolean;
  /** The id of the element with the error or help text for this field. */
  readonly describedBy?: string;
  readonly invalid?: boolean;
}

/**
 * A combobox to choose a job. The server does the searching, so any number of jobs will do.
 *
 * While closed it shows the chosen job; while open, the typed text is the search. Leaving it
 * without a choice changes nothing.
 */
export function JobPicker(props: IJobPickerProps): React.JSX.Element {
  const { id, client, offer, trans, chosen, chosenId } = props;
  // The search text; null while the list is closed.
  const [text, setText] = React.useState<string | null>(
    props.startsOpen ? '' : null
  );
  const [active, setActive] = React.useState(-1);
  const search = useJobSearch(client, offer, text);
  const open = text !== null;
  const jobs = jobsOf(search, offer);
  const input = React.useRef<HTMLInputElement>(null);
  const listId = `${id}-list`;

  React.useEffect(() => {
    if (search.kind === 'found') {
      const found = jobsOf(search, offer);
      const index = found.findIndex(job => job.job_id === chosenId);
      setActive(index < 0 && found.length > 0 ? 0 : index);
    }
  }, [search, offer, chosenId]);

  React.useEffect(() => {
    // Select all text, so that typing replaces the chosen job's name.
    if (!open && document.activeElement === input.current) {
      input.current?.select();
    }
  }, [open, chosen]);

  const show = (): void => {
    if (!open) {
      setText('');
      setActive(-1);
    }
  };
  const choose = (job: Job | undefined): void => {
    if (job) {
      setText(null);
      props.onChoose(job);
    }
  };
  const move = (step: number): void => {
    show();
    setActive(Math.min(jobs.length - 1, Math.max(0, active + step)));
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const steps: Record<string, number | undefined> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 6,
      PageUp: -6
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      move(step);
    } else if (event.key === 'Enter' && open) {
      event.preventDefault();
      if (search.kind === 'found') {
        choose(jobs[active]);
      }
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      setText(null);
    }
  };

  return (
    <div className="jp-Aibro-JobPicker">
      <input
        ref={input}
        id={id}
        className="jp-mod-styled"
        type="text"
        role="combobox"
        autoComplete="off"
        autoFocus={props.autoFocus}
        spellCheck={false}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-haspopup="listbox"
        aria-controls={listId}
        aria-activedescendant={
          open && active in jobs ? `${listId}-${active}` : undefined
        }
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid}
        translate={chosen ? 'no' : undefined}
        placeholder={chosen || offerWords(offer, trans).search}
        value={text ?? chosen}
        onChange={event => setText(event.target.value)}
        onFocus={event => event.target.select()}
        onClick={show}
        onBlur={() => setText(null)}
        onKeyDown={onKeyDown}
      />
      <caretDownEmptyIcon.react
        tag="span"
        className="jp-Aibro-JobPicker-caret"
        aria-hidden
      />
      {open && (
        <Popup
          {...props}
          listId={listId}
          anchor={input}
          search={search}
          active={active}
          onPick={choose}
        />
      )}
    </div>
  );
}

interface IPopupProps extends IJobPickerProps {
  readonly listId: string;
  readonly anchor: React.RefObject<HTMLElement>;
  readonly search: Search;
  readonly active: number;
  readonly onPick: (job: Job) => void;
}

/**
 * The open list. Positioned by hand, because as a child of the dialog's scrolling body it would be
 * clipped.
 */
function Popup(props: IPopupProps): React.JSX.Element {
  const { listId, offer, trans, search, active } = props;
  const jobs = jobsOf(search, offer);
  const style = usePlaceBelow(props.anchor);
  const list = React.useRef<HTMLUListElement>(null);

  React.useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  return (
    <div
      className="jp-Aibro-JobPicker-popup"
      style={style}
      // Keep the focus in the text field when an option or the scroll bar is pressed: losing it
      // closes the list.
      onMouseDown={event => event.preventDefault()}
    >
      <ul
        ref={list}
        id={listId}
        role="listbox"
        aria-label={offerWords(offer, trans).name}
        aria-busy={search.kind === 'searching'}
      >
        {jobs.map((job, index) => (
          <li
            key={job.job_id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={job.job_id === props.chosenId}
            className={index === active ? 'jp-mod-active' : ''}
            onClick={() => props.onPick(job)}
          >
            <Option {...props} job={job} />
          </li>
        ))}
      </ul>
      <div role="status" className="jp-Aibro-JobPicker-count">
        {searchWords(props)}
      </div>
    </div>
  );
}

function Option(
  props: IJobPickerProps & { readonly job: Job }
): React.JSX.Element {
  const { job, now, locale } = props;
  const look = jobLook(job);
  return (
    <>
      <look.icon.react
        tag="span"
        className={`jp-Aibro-JobPicker-state ${look.className}`}
        aria-hidden
      />
      <span className="jp-Aibro-JobPicker-name" translate="no">
        {nameOf(job)}
      </span>
      <span className="jp-Aibro-JobPicker-detail">
        <span translate="no">
          {[job.description && job.job_id, job.status]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {' · '}
        {formatAgo(job.ended_at ?? job.created_at, now(), locale)}
      </span>
    </>
  );
}

function searchWords({ offer, search, trans, locale }: IPopupProps): string {
  if (search.kind === 'failed') {
    return trans.__('The jobs cannot be searched: %1', search.message);
  }
  if (search.kind !== 'found') {
    return trans.__('Searching…');
  }
  const { total } = search.page;
  const { length } = jobsOf(search, offer);
  if (length === 0) {
    return offerWords(offer, trans).none;
  }
  if (search.page.jobs.length < total) {
    return trans.__(
      'The newest %1 of %2 jobs; type to find the others',
      formatCount(search.page.jobs.length, locale),
      formatCount(total, locale)
    );
  }
  return offer.filter === 'recorded'
    ? trans._n('%1 recorded job', '%1 recorded jobs', length)
    : trans._n('%1 job', '%1 jobs', length);
}

/** The wording for the kind of jobs that is offered. */
function offerWords(
  { except, filter }: IOffer,
  trans: TranslationBundle
): { readonly name: string; readonly search: string; readonly none: string } {
  return filter === 'recorded'
    ? {
        name: trans.__('Recorded jobs'),
        search: trans.__('Search the recorded jobs'),
        none: trans.__(
          'No recorded job is found. A job is recorded when it runs with record=True.'
        )
      }
    : {
        name: trans.__('Jobs'),
        search: trans.__('Search the jobs'),
        none:
          except === undefined
            ? trans.__('No job is found.')
            : trans.__('No other job is found.')
      };
}

/** The position of the list: directly below its text field, and as wide. */
function usePlaceBelow(
  anchor: React.RefObject<HTMLElement>
): React.CSSProperties {
  const [style, setStyle] = React.useState<React.CSSProperties>({
    visibility: 'hidden'
  });
  React.useLayoutEffect(() => {
    const place = (): void => {
      const box = anchor.current?.getBoundingClientRect();
      if (box) {
        setStyle({
          left: box.left,
          top: box.bottom,
          width: box.width,
          maxHeight: Math.max(120, window.innerHeight - box.bottom - 16)
        });
      }
    };
    place();
    window.addEventListener('resize', place);
    document.addEventListener('scroll', place, true);
    return () => {
      window.removeEventListener('resize', place);
      document.removeEventListener('scroll', place, true);
    };
  }, [anchor]);
  return style;
}
