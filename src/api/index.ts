export * from './_models';
export { HintStream } from './hints';
export { AibroClient } from './client';
export type { IAfterQuery, IJobsQuery, ILogQuery } from './client';
export { AibroRequestError } from './request';
