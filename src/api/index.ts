export * from './_models';
export { HintStream } from './hints';
export { AibroClient } from './client';
export type {
  IAfterQuery,
  IJobsQuery,
  ILinesQuery,
  ILogQuery,
  ILogSearchQuery,
  IMachinesQuery
} from './queries';
export { AibroRequestError } from './request';
export { readEpochs } from './epochs';
export { Refresher } from './refresher';
