import type { LabIcon } from '@jupyterlab/ui-components';
import type { InstanceStatus, Job } from '../../api';
import {
  canceledIcon,
  closingIcon,
  completedIcon,
  coolingIcon,
  executingIcon,
  failedIcon,
  launchingIcon,
  queuingIcon,
  trainingIcon,
  unknownIcon
} from './icons';
import { orUnknown } from './job';

/** How a state looks: an icon and a colour, because a colour alone is not enough. */
export interface ILook {
  readonly icon: LabIcon;
  /** The CSS class that sets the colour. */
  readonly className: string;
}

const UNKNOWN: ILook = { icon: unknownIcon, className: 'jp-mod-neutral' };

/** The look of a job; an error is red, what a person canceled is not. */
export function jobLook(job: Pick<Job, 'status' | 'reason_kind'>): ILook {
  const { status } = job;
  switch (status) {
    case 'QUEUING':
      return { icon: queuingIcon, className: 'jp-mod-queuing' };
    case 'TRAINING':
      return { icon: trainingIcon, className: 'jp-mod-training' };
    case 'COMPLETED':
      return { icon: completedIcon, className: 'jp-mod-completed' };
    case 'CANCELED':
      return job.reason_kind === 'user'
        ? { icon: canceledIcon, className: 'jp-mod-neutral' }
        : { icon: failedIcon, className: 'jp-mod-failed' };
    default:
      return orUnknown(status, UNKNOWN);
  }
}

/** The look of an instance. */
export function instanceLook(status: InstanceStatus): ILook {
  switch (status) {
    case 'LAUNCHING':
      return { icon: launchingIcon, className: 'jp-mod-queuing' };
    case 'EXECUTING':
      return { icon: executingIcon, className: 'jp-mod-training' };
    case 'COOLING':
      return { icon: coolingIcon, className: 'jp-mod-cooling' };
    case 'CLOSING':
    case 'CLOSED':
      return { icon: closingIcon, className: 'jp-mod-neutral' };
    default:
      return orUnknown(status, UNKNOWN);
  }
}

/** Status and substatus in the capitals of docs/statuses.md, a word that both share only once. */
export function statusWords(status: string, substatus: string): string {
  return substatus && substatus !== status
    ? `${status} · ${substatus}`
    : status;
}
