export * from './_models';
export { HintStream } from './hints';
export { AibroClient } from './_client';
export { AibroRequestError } from './request';
export { readEpochs } from './epochs';
export { Refresher } from './refresher';
