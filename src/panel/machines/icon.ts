import { lineIcon } from '../../job/model/icons';

/** Two machines in a rack. */
export const machineIcon = lineIcon(
  'machine',
  'M2.5 2.8h11v4.4h-11zM2.5 8.8h11v4.4h-11zM5.2 5h.1M5.2 11h.1'
);
