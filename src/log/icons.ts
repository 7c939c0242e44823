import { lineIcon } from '../job/model/icons';

export const wrapIcon = lineIcon(
  'wrap',
  'M2.5 4h11M2.5 8h8.5a2.2 2.2 0 0 1 0 4.4H8.5m1.7-1.8-1.8 1.8 1.8 1.8M2.5 12.4h3'
);

export const toStartIcon = lineIcon(
  'log-start',
  'M3 3h10M8 13V6.2M4.8 9.2 8 6l3.2 3.2'
);

export const toEndIcon = lineIcon(
  'log-end',
  'M3 13h10M8 3v6.8M4.8 6.8 8 10l3.2-3.2'
);
