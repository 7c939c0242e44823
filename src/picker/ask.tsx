import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Job } from '../api';
import type { IJobs } from '../tokens';
import { JobPicker } from './JobPicker';
import type { IOffer } from './search';

/** The id of the entry; there is one such dialog at a time. */
const ENTRY_ID = 'jp-aibro-job-question';

/** What the user is asked. */
export interface IJobQuestion {
  readonly title: string;
  readonly label: string;
  /** The id of a job that is no answer. */
  readonly except?: string;
  readonly trans: TranslationBundle;
  /** BCP 47 tag for numbers and times; undefined is the browser's own. */
  readonly locale: string | undefined;
}

/**
 * Ask the user for a job, which is searched for among all there are.
 *
 * @returns its id, or `null` when the user chose none.
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

/** A dialog that leaves the entry the keys that mean something there. */
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
