/** What the routes can be asked for. */

import type { JobFilter } from './_models';

/** Which jobs, and which part of them. */
export interface IJobsQuery {
  readonly filter?: JobFilter;
  readonly search?: string;
  /** Only jobs on this machine id; empty is any. */
  readonly machine?: string;
  /** `-created` (newest first) unless told. */
  readonly sort?: '-created' | 'created';
  readonly cursor?: string;
  readonly offset?: number;
  /** 1–200; 50 unless told. */
  readonly limit?: number;
}

/** A part of an append-only sequence. */
export interface IAfterQuery {
  readonly after?: number;
  readonly limit?: number;
}

/** A part of a log, in bytes; a negative `offset` counts from the end. */
export interface ILogQuery {
  readonly offset?: number;
  readonly limit?: number;
}

/** Lines of a log, from 0; a negative `first` counts from the end. */
export interface ILinesQuery {
  readonly first: number;
  /** 1–1000; 1000 unless told. */
  readonly limit?: number;
}

/** How long the machines' clusters may take to say what is free. */
export interface IMachinesQuery {
  /** Seconds, 15 at most; without it the answer is what is known already. */
  readonly wait?: number;
}

/** What to look for in a log, and from which line on. */
export interface ILogSearchQuery {
  readonly text: string;
  readonly case: 'ignore' | 'match';
  readonly first: number;
}
