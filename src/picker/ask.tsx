import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Job } from '../api';
import type { IJobs } from '../tokens';
import { JobPicker } from './JobPicker';
import type { IOffer } from './search';

/** The id of the text field; only one such dialog is open at a time. */
const ENTRY_ID = 'jp-aibro-job-question';

/** The question to ask the user. */
export interface IJobQuestion {
  readonly title: string;
  readonly label: string;
  /** The id of a job that must not be chosen. */
  readonly except?: string;
  readonly trans: TranslationBundle;
  /** BCP 47 tag for formatting numbers and times; undefined means the browser's default. */
  readonly locale: string | undefined;
}

/**
 * Ask the user to choose one of all jobs, with a search.
 *
 * @returns the job's id, or `null` if the user chose none.
 */
export async function askForJob(
  jobs: IJobs,
  question: IJobQuestion
): Promise<string | null> {
  let answer: string | null = null;
  const body = new Question(jobs, question, job => {
    answer = job.job_id;
    dialog.resolve();
  });
  const dialog = new QuestionDialog({
    title: question.title,
    body,
    buttons: [Dialog.cancelButton({ label: question.trans.__('Cancel') })],
    focusNodeSelector: `#${ENTRY_ID}`
  });
  dialog.addClass('jp-Aibro-JobQuestion');
  dialog.node.setAttribute('aria-label', question.title);
  await dialog.launch();
  return answer;
}

class Question extends ReactWidget {
  constructor(
    private readonly _jobs: IJobs,
    private readonly _question: IJobQuestion,
    private readonly _onAnswer: (job: Job) => void
  ) {
    super();
    const { except } = _question;
    this._offer = { filter: 'all', except };
  }

  protected override render(): React.JSX.Element {
    const { label, locale, trans } = this._question;
    return (
      <>
        <label htmlFor={ENTRY_ID} className="jp-Aibro-JobQuestion-label">
          {label}
        </label>
        <JobPicker
          id={ENTRY_ID}
          client={this._jobs.client}
          offer={this._offer}
          trans={trans}
          locale={locale}
          now={() => this._jobs.now()}
          chosen=""
          chosenId={null}
          onChoose={this._onAnswer}
          autoFocus={true}
          startsOpen={true}
        />
      </>
    );
  }

  private readonly _offer: IOffer;
}

/** A dialog that does not handle the keys that the job picker needs for itself. */
class QuestionDialog extends Dialog<void> {
  override handleEvent(event: Event): void {
    const target = event.target as Element;
    const { key } = event as KeyboardEvent;
    const isForEntry =
      event.type === 'keydown' &&
      target.id === ENTRY_ID &&
      (key === 'Enter' ||
        (key === 'Escape' && target.getAttribute('aria-expanded') === 'true'));
    if (!isForEntry) {
      super.handleEvent(event);
    }
  }
}
