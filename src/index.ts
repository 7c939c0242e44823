import jobs from './jobs';
import timeline from './timeline';
import replay from './replay';
import log from './log';

export default [...jobs, ...timeline, ...replay, ...log];
