import job from './job';
import live from './live';
import log from './log';
import notifications from './notifications';
import panel from './panel';
import replay from './replay';
import reports from './reports';
import settings from './settings';
import status from './status';
import tensorboard from './tensorboard';
import timeline from './timeline';

export default [
  ...live,
  ...panel,
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
