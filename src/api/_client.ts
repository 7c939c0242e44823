// Generated from the OpenAPI document by scripts/generate_client.py. Do not edit.

import type * as models from './_models';
import { Requester } from './request';

/**
 * Every route of AIbro's server part.
 *
 * A method throws `AibroRequestError` when its request fails, and gives up when `signal` says so.
 */
export class AibroClient extends Requester {
  /** The server's versions, last change and root folder. */
  info(signal?: AbortSignal): Promise<models.ServerInfo> {
    return this.ask('GET', 'info', { signal });
  }

  /** The instances that are not closed. */
  instances(signal?: AbortSignal): Promise<models.InstanceList> {
    return this.ask('GET', 'instances', { signal });
  }

  /** Hold a cooling instance longer. */
  extendInstance(
    instanceId: string,
    body: models.ExtendRequest,
    signal?: AbortSignal
  ): Promise<models.Instance> {
    return this.ask(
      'POST',
      `instances/${encodeURIComponent(instanceId)}/extend`,
      { signal, body }
    );
  }

  /** End a cooling instance now. */
  closeInstance(
    instanceId: string,
    signal?: AbortSignal
  ): Promise<models.Instance> {
    return this.ask(
      'POST',
      `instances/${encodeURIComponent(instanceId)}/close`,
      { signal }
    );
  }

  /** The kinds of machines that jobs can ask for. */
  machines(
    query: {
      /** How many seconds at most to wait for what is free on clusters now. With 0 the answer has what is known already; the clusters are asked meanwhile. */
      wait?: number;
    } = {},
    signal?: AbortSignal
  ): Promise<models.MachineList> {
    return this.ask('GET', 'machines', { signal, query });
  }

  /** A page of the list of jobs. */
  jobs(
    query: {
      /** Which jobs. */
      filter?: models.JobFilter;
      /** Text that the description or the job id contains. */
      search?: string;
      /** Only jobs on this machine id. */
      machine?: string;
      /** Newest first, or oldest first. */
      sort?: models.JobSort;
      /** `next_cursor` of the page before, to go on; wins over `offset`. */
      cursor?: string;
      /** How many jobs to pass over. */
      offset?: number;
      /** How many at most. */
      limit?: number;
    } = {},
    signal?: AbortSignal
  ): Promise<models.JobPage> {
    return this.ask('GET', 'jobs', { signal, query });
  }

  /** One job. */
  job(jobId: string, signal?: AbortSignal): Promise<models.Job> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}`, { signal });
  }

  /** Forget an ended job and remove its files. */
  deleteJob(jobId: string, signal?: AbortSignal): Promise<void> {
    return this.ask('DELETE', `jobs/${encodeURIComponent(jobId)}`, { signal });
  }

  /** A job's history after a `seq`, oldest first. */
  events(
    jobId: string,
    query: {
      /** Only what came after this `seq`. */
      after?: number;
      /** How many at most. */
      limit?: number;
    } = {},
    signal?: AbortSignal
  ): Promise<models.EventPage> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/events`, {
      signal,
      query
    });
  }

  /** Ask for a job to be canceled. */
  cancel(jobId: string, signal?: AbortSignal): Promise<models.Job> {
    return this.ask('POST', `jobs/${encodeURIComponent(jobId)}/cancel`, {
      signal
    });
  }

  /** The rows touched after a `seq`, each once, as they are now. */
  changes(
    query: {
      /** Only what came after this `seq`. */
      after?: number;
      /** How many at most. */
      limit?: number;
    } = {},
    signal?: AbortSignal
  ): Promise<models.Changes> {
    return this.ask('GET', 'changes', { signal, query });
  }

  /** Where a job's time went so far. */
  timeline(
    jobId: string,
    query: {
      /** The chart the timeline is for. */
      char_type?: models.ChartType;
    } = {},
    signal?: AbortSignal
  ): Promise<models.Timeline> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/timeline`, {
      signal,
      query
    });
  }

  /** The timeline in every form its output in a notebook has. */
  timelineBundle(
    jobId: string,
    query: {
      /** The chart the timeline is for. */
      char_type?: models.ChartType;
    } = {},
    signal?: AbortSignal
  ): Promise<models.TimelineBundle> {
    return this.ask(
      'GET',
      `jobs/${encodeURIComponent(jobId)}/timeline/bundle`,
      { signal, query }
    );
  }

  /** Where two jobs' time went, side by side. */
  timelineDiff(
    jobId: string,
    query: {
      /** The id of the job to compare with. */
      with: string;
    },
    signal?: AbortSignal
  ): Promise<models.TimelineDiff> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/timeline/diff`, {
      signal,
      query
    });
  }

  /** Two timelines in every form their output in a notebook has. */
  timelineDiffBundle(
    jobId: string,
    query: {
      /** The id of the job to compare with. */
      with: string;
    },
    signal?: AbortSignal
  ): Promise<models.TimelineDiffBundle> {
    return this.ask(
      'GET',
      `jobs/${encodeURIComponent(jobId)}/timeline/diff/bundle`,
      { signal, query }
    );
  }

  /** A job as its card shows it. */
  card(jobId: string, signal?: AbortSignal): Promise<models.JobCard> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/card`, {
      signal
    });
  }

  /** A job's card in every form its output in a notebook has. */
  cardBundle(
    jobId: string,
    signal?: AbortSignal
  ): Promise<models.JobCardBundle> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/card/bundle`, {
      signal
    });
  }

  /** A part of what the training printed. */
  log(
    jobId: string,
    query: {
      /** Where to begin, in bytes; from the end when negative. */
      offset?: number;
      /** How many bytes at most. */
      limit?: number;
    } = {},
    signal?: AbortSignal
  ): Promise<models.LogChunk> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/log`, {
      signal,
      query
    });
  }

  /** Lines of a job's log as a terminal shows them, by number. */
  logLines(
    jobId: string,
    query: {
      /** The first line, from 0; from the end when negative. */
      first?: number;
      /** How many lines at most. */
      limit?: number;
    } = {},
    signal?: AbortSignal
  ): Promise<models.LogLines> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/log/lines`, {
      signal,
      query
    });
  }

  /** Where a text is in a job's log. */
  searchLog(
    jobId: string,
    query: {
      /** What to look for in what is seen of a line; nothing is nowhere. */
      text?: string;
      /** Whether capitals and small letters are the same. */
      case?: models.LogCase;
      /** The line to begin with, from 0. */
      first?: number;
      /** After how many hits to stop, at the end of the line. */
      limit?: number;
    } = {},
    signal?: AbortSignal
  ): Promise<models.LogHits> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/log/search`, {
      signal,
      query
    });
  }

  /** All of a job's log, as a file to keep. */
  logFileUrl(jobId: string): string {
    return this.url(`jobs/${encodeURIComponent(jobId)}/log/file`);
  }

  /** A job's ended epochs with their metrics, in order. */
  epochs(
    jobId: string,
    query: {
      /** Only those after this epoch. */
      after?: number;
      /** How many at most. */
      limit?: number;
    } = {},
    signal?: AbortSignal
  ): Promise<models.EpochPage> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/epochs`, {
      signal,
      query
    });
  }

  /** What is kept of a recorded job, and what differs here and now. */
  recording(jobId: string, signal?: AbortSignal): Promise<models.Recording> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/recording`, {
      signal
    });
  }

  /** Delete what was recorded of an ended job; the job stays. */
  deleteRecording(jobId: string, signal?: AbortSignal): Promise<void> {
    return this.ask('DELETE', `jobs/${encodeURIComponent(jobId)}/recording`, {
      signal
    });
  }

  /** Whether a replay reproduced its recorded job. */
  verdict(jobId: string, signal?: AbortSignal): Promise<models.Verdict> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/verdict`, {
      signal
    });
  }

  /** Where a job's checkpoints and logs go. */
  savedFolders(
    jobId: string,
    signal?: AbortSignal
  ): Promise<models.SavedFolders> {
    return this.ask('GET', `jobs/${encodeURIComponent(jobId)}/folders`, {
      signal
    });
  }

  /** Open a TensorBoard that shows what the job logged. */
  tensorboard(
    jobId: string,
    signal?: AbortSignal
  ): Promise<models.TensorBoardPage> {
    return this.ask('POST', `jobs/${encodeURIComponent(jobId)}/tensorboard`, {
      signal
    });
  }

  /** Start a new job that repeats a recorded one. */
  replay(
    jobId: string,
    body: models.ReplayRequest,
    signal?: AbortSignal
  ): Promise<models.Job> {
    return this.ask('POST', `jobs/${encodeURIComponent(jobId)}/replay`, {
      signal,
      body
    });
  }

  /** Write a recorded job's report into a folder. */
  saveReport(
    jobId: string,
    body: models.ReportRequest,
    signal?: AbortSignal
  ): Promise<models.ReportFile> {
    return this.ask('POST', `jobs/${encodeURIComponent(jobId)}/report`, {
      signal,
      body
    });
  }

  /** Bring in the job of a report that lies under the server's root. */
  importReport(
    body: models.ImportRequest,
    signal?: AbortSignal
  ): Promise<models.Job> {
    return this.ask('POST', 'reports/import', { signal, body });
  }

  /** Bring in the job of the report that is the body. */
  uploadReport(body: Blob, signal?: AbortSignal): Promise<models.Job> {
    return this.ask('POST', 'reports', {
      signal,
      body,
      contentType: 'application/zip'
    });
  }
}
