/** How a verdict is shown. Pure. */

import type { Notification } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { VerdictName } from '../api';
import { completedIcon, lineIcon, unknownIcon } from '../job/model/icons';

const toleranceIcon = lineIcon(
  'tolerance',
  'M3 6.4c1.6-1.8 3.3-1.8 5 0s3.4 1.8 5 0M3 10.8c1.6-1.8 3.3-1.8 5 0s3.4 1.8 5 0'
);

const divergedIcon = lineIcon(
  'diverged',
  'M2.5 8h4c2 0 2-4 4-4h3M6.5 8c2 0 2 4 4 4h3M11.5 2l2 2-2 2M11.5 10l2 2-2 2'
);

const issueIcon = lineIcon('issue', 'M8 2.6 14 13H2zM8 6.4v3.2M8 11.3v.1');

const noIssueIcon = lineIcon('no-issue', 'M8 2.6 14 13H2zM3 3l10 10');

/** How a verdict is shown: an icon and a colour, because colour must not be the only cue. */
export interface IVerdictLook {
  readonly icon: LabIcon;
  /** The type of its notification, and the suffix of the CSS class that sets its colour. */
  readonly type: Notification.TypeOptions;
}

/** A verdict as text: `WITHIN TOLERANCE`. */
export function verdictWord(verdict: VerdictName): string {
  return verdict.replaceAll('_', ' ');
}

/** The look of a verdict: green if the replay confirmed the recorded job. */
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
