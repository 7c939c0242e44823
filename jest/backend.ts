/**
 * A fake server for specs: rows in memory, behind the `fetch` and `WebSocket` of the client's
 * settings.
 */
import { ServerConnection } from '@jupyterlab/services';
import { API_VERSION, CHANGES_SCHEMA } from '../src/api/_models';
import type {
  Changes,
  Instance,
  Job,
  JobPage,
  LogHits,
  LogLines,
  Machine
} from '../src/api';
import { makeInstance, makeJob, makeMachine } from './jobs';

const BASE = 'http://backend.test/';

/** An answer that replaces the usual one. */
export interface IAnswer {
  readonly status: number;
  readonly body: string;
}

/** The rows, the requests received, and the open sockets. */
export class Backend {
  readonly settings: ServerConnection.ISettings;
  /** The requested paths with their queries, oldest first. */
  readonly requests: string[] = [];
  readonly jobs = new Map<string, Job>();
  readonly instances = new Map<string, Instance>();
  machines: readonly Machine[] = [makeMachine('local.od')];
  /** The error in machines.toml. */
  machinesProblem: string | null = null;
  seq = 0;
  now = 5000;
  /** The version of the server's API. */
  api: number = API_VERSION;
  /** The log of every job. */
  log = '';
  /**
   * Called for each request; its answer replaces the usual one unless it is `null`. Throw to
   * simulate a server that is down.
   */
  override: (method: string, path: string) => IAnswer | null = () => null;
  /** All answers wait for this promise. */
  gate: Promise<void> = Promise.resolve();
  /** Whether sockets can be opened. */
  isUp = true;

  private readonly _deleted: [seq: number, jobId: string][] = [];
  private readonly _sockets = new Set<FakeSocket>();

  constructor() {
    const sockets = this._sockets;
    const isUp = (): boolean => this.isUp;
    this.settings = ServerConnection.makeSettings({
      baseUrl: BASE,
      wsUrl: 'ws://backend.test/',
      fetch: (request: RequestInfo | URL) => this._fetch(request as Request),
      // Implements only as much of a socket as hints need.
      WebSocket: class extends FakeSocket {
        constructor() {
          super(sockets, isUp);
        }
      } as unknown as typeof WebSocket
    });
  }

  /** Add or update a job. By default lists show the last one added first. */
  put(jobId: string, extra: Partial<Job> = {}): Job {
    this.seq += 1;
    const known = this.jobs.get(jobId) ?? makeJob(jobId);
    const job = { ...known, ...extra, seq: this.seq };
    this.jobs.set(jobId, job);
    return job;
  }

  putInstance(instanceId: string, extra: Partial<Instance> = {}): void {
    this.seq += 1;
    const known = this.instances.get(instanceId) ?? makeInstance(instanceId);
    this.instances.set(instanceId, { ...known, ...extra, seq: this.seq });
  }

  delete(jobId: string): void {
    this.seq += 1;
    this.jobs.delete(jobId);
    this._deleted.push([this.seq, jobId]);
  }

  /** Send every open socket a hint that something has changed. */
  hint(): void {
    const data = JSON.stringify({ schema_id: CHANGES_SCHEMA, seq: this.seq });
    this._sockets.forEach(socket => socket.onmessage?.({ data }));
  }

  /** Close every open socket, as a server does when it stops. */
  hangUp(): void {
    [...this._sockets].forEach(socket => socket.close());
  }

  get openSockets(): number {
    return this._sockets.size;
  }

  /** The number of requests for a path. */
  count(path: string): number {
    return this.requests.filter(request => request.startsWith(path)).length;
  }

  private async _fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.replace('/aibro/api/', '');
    this.requests.push(`${path}?${searchParams.toString()}`);
    const answer =
      this.override(request.method, path) ?? this._answer(path, searchParams);
    await this.gate;
    if (request.signal.aborted) {
      throw request.signal.reason;
    }
    return new Response(answer.status === 204 ? null : answer.body, {
      status: answer.status
    });
  }

  private _answer(path: string, query: URLSearchParams): IAnswer {
    const number = (name: string, otherwise: number): number =>
      Number(query.get(name) ?? otherwise);
    const [, jobId = '', part, detail] = path.split('/');
    if (path === 'info') {
      return ok({ version: '1', api: this.api, seq: this.seq, root_dir: '/' });
    }
    if (path === 'changes') {
      return ok(this._changes(number('after', 0)));
    }
    if (path === 'jobs') {
      return ok(
        this._page(
          query,
          number('cursor', number('offset', 0)),
          number('limit', 50)
        )
      );
    }
    if (path === 'instances') {
      return ok({ instances: [...this.instances.values()], now: this.now });
    }
    if (path === 'machines') {
      const problem = this.machinesProblem;
      return ok({ machines: this.machines, problem, now: this.now });
    }
    if (part === 'log' && detail) {
      return ok(this._logDetail(jobId, detail, query));
    }
    if (part === 'log') {
      const asked = number('offset', 0);
      const offset = asked < 0 ? Math.max(0, this.log.length + asked) : asked;
      const text = this.log.slice(offset, offset + number('limit', 65536));
      return ok({
        text,
        offset,
        next_offset: offset + text.length,
        size: this.log.length,
        ended: this.jobs.get(jobId)?.ended_at !== null
      });
    }
    return ok(this.jobs.get(jobId) ?? {});
  }

  /** Lines of the log (at most a hundred per answer), or the places where a text occurs in it. */
  private _logDetail(
    jobId: string,
    detail: string,
    query: URLSearchParams
  ): LogLines | LogHits {
    const lines = this.log.replace(/\n$/, '').split('\n');
    const total = this.log ? lines.length : 0;
    const ended = this.jobs.get(jobId)?.ended_at !== null;
    const asked = Number(query.get('first'));
    const first = asked < 0 ? Math.max(0, total + asked) : asked;
    const part = lines.slice(first, Math.min(first + 100, total));
    if (detail === 'lines') {
      const size = this.log.length;
      return {
        lines: part.map(text => ({ text, omitted: 0 })),
        first,
        total,
        size,
        indexed: size,
        ended
      };
    }
    const next = first + part.length;
    const isOpen = !ended && !this.log.endsWith('\n');
    return {
      lines: part.flatMap((text, index) =>
        text
          .split(query.get('text') ?? '')
          .slice(1)
          .map(() => first + index)
      ),
      next_line: next === total && isOpen ? total - 1 : next,
      done: next === total
    };
  }

  private _changes(after: number): Changes {
    return {
      seq: this.seq,
      jobs: [...this.jobs.values()].filter(({ seq }) => seq > after),
      instances: [...this.instances.values()].filter(({ seq }) => seq > after),
      deleted: this._deleted
        .filter(([seq]) => seq > after)
        .map(([, jobId]) => jobId),
      more: false,
      now: this.now
    };
  }

  private _page(
    query: URLSearchParams,
    offset: number,
    limit: number
  ): JobPage {
    const machine = query.get('machine') ?? '';
    const rows = [...this.jobs.values()]
      .filter(job => job.description.includes(query.get('search') ?? ''))
      .filter(job => machine === '' || job.machine_id === machine)
      .filter(job => query.get('filter') !== 'active' || job.ended_at === null);
    // Rows are stored in order of arrival, whatever their creation time.
    if (query.get('sort') !== 'created') {
      rows.reverse();
    }
    return {
      jobs: rows.slice(offset, offset + limit),
      total: rows.length,
      next_cursor: offset + limit < rows.length ? `${offset + limit}` : null,
      seq: this.seq,
      now: this.now
    };
  }
}

function ok(body: object): IAnswer {
  return { status: 200, body: JSON.stringify(body) };
}

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(
    private readonly _open: Set<FakeSocket>,
    isUp: () => boolean
  ) {
    queueMicrotask(() => {
      if (isUp()) {
        this._open.add(this);
        this.onopen?.();
      } else {
        this.onclose?.();
      }
    });
  }

  close(): void {
    this._open.delete(this);
    this.onclose?.();
  }
}
