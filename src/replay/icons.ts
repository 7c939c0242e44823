import { lineIcon } from '../job/model/icons';

export const toleranceIcon = lineIcon(
  'tolerance',
  'M3 6.4c1.6-1.8 3.3-1.8 5 0s3.4 1.8 5 0M3 10.8c1.6-1.8 3.3-1.8 5 0s3.4 1.8 5 0'
);

export const divergedIcon = lineIcon(
  'diverged',
  'M2.5 8h4c2 0 2-4 4-4h3M6.5 8c2 0 2 4 4 4h3M11.5 2l2 2-2 2M11.5 10l2 2-2 2'
);

export const issueIcon = lineIcon(
  'issue',
  'M8 2.6 14 13H2zM8 6.4v3.2M8 11.3v.1'
);

export const noIssueIcon = lineIcon('no-issue', 'M8 2.6 14 13H2zM3 3l10 10');
