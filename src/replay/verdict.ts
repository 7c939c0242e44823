/** How a verdict looks and reads. Pure. */

import type { Notification } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { VerdictName } from '../api';
import { completedIcon, unknownIcon } from '../job/model/icons';
import { divergedIcon, issueIcon, noIssueIcon, toleranceIcon } from './icons';

/** A verdict to the eye: a shape and a colour, so that neither has to speak alone. */
export interface IVerdictLook {
  readonly icon: LabIcon;
  /** The kind of a notification of it, and the end of the CSS class that sets the colour. */
  readonly type: Notification.TypeOptions;
}

/** A verdict as people read it: `WITHIN TOLERANCE`. */
export function verdictWord(verdict: VerdictName): string {
  return verdict.replaceAll('_', ' ');
}

/** The look of a verdict: green when the replay showed what the recorded job had shown. */
export function verdictLook(verdict: VerdictName): IVerdictLook {
  switch (verdict) {
    case 'IDENTICAL':
      return { icon: completedIcon, type: 'success' };
    case 'WITHIN_TOLERANCE':
      return { icon: toleranceIcon, type: 'success' };
    case 'ISSUE_REPRODUCED':
      return { icon: issueIcon, type: 'success' };
    case 'DIVERGED':
      return { icon: divergedIcon, type: 'warning' };
    case 'ISSUE_NOT_REPRODUCED':
      return { icon: noIssueIcon, type: 'warning' };
    case 'NOT_COMPARABLE':
      return { icon: unknownIcon, type: 'info' };
  }
}
