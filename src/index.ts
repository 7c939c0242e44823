import job from './job';
import jobs from './jobs';
import timeline from './timeline';
import replay from './replay';
import reports from './reports';
import tensorboard from './tensorboard';
import log from './log';
import notifications from './notifications';
import settings from './settings';
import status from './status';

export default [
  ...jobs,
  ...job,
  ...timeline,
  ...replay,
  ...reports,
  ...tensorboard,
  ...log,
  ...notifications,
  ...settings,
  ...status
];
