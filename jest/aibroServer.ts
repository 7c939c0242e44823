/* A real HTTP server for specs of what asks AIbro's server part. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { AibroClient, API_VERSION } from '../src/api';
import type { Job } from '../src/api';
import type { Connection, IJobs, IJobsChange } from '../src/tokens';

/** What a route answers: a body, and a status when it is not 200. */
export interface IAnswer {
  readonly body: unknown;
  readonly status?: number;
}

/** A server whose answers the spec decides, by path below `aibro/api/`. */
export class AibroServer {
  /** Paths asked for, in order. */
  readonly asked: string[] = [];
  answer: (path: string) => IAnswer | Promise<IAnswer> = () => ({
    body: { message: 'Nothing here', code: 'NotFound', field: null },
    status: 404
  });

  static async start(): Promise<AibroServer> {
    const server = new AibroServer();
    await new Promise<void>(resolve =>
      server._http.listen(0, '127.0.0.1', resolve)
    );
    return server;
  }

  /** A client that asks this server. */
  client(): AibroClient {
    const { port } = this._http.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}/`;
    return new AibroClient(
      ServerConnection.makeSettings({ baseUrl, fetch, Headers, Request })
    );
  }

  async stop(): Promise<void> {
    this._http.closeAllConnections();
    await new Promise(resolve => this._http.close(resolve));
  }

  private readonly _http: Server = createServer((request, response) => {
    const path = (request.url ?? '')
      .replace(/^\/aibro\/api\//, '')
      .split('?')[0];
    this.asked.push(path);
    void Promise.resolve(this.answer(path)).then(({ body, status = 200 }) => {
      response.writeHead(status, {
        'Content-Type': 'application/json',
        'Access-Control-Allow-Origin': '*'
      });
      response.end(JSON.stringify(body));
    });
  });
}

/** A server's part that is there. */
export const ONLINE: Connection = {
  kind: 'online',
  info: { version: '0.1.0', api: API_VERSION, seq: 0, root_dir: '/' }
};

/** Jobs whose signals the spec emits. */
export class SpecJobs implements IJobs {
  constructor(readonly client: AibroClient) {}

  readonly connectionChanged: Signal<IJobs, Connection> = new Signal<
    IJobs,
    Connection
  >(this);
  readonly changed: Signal<IJobs, IJobsChange> = new Signal<IJobs, IJobsChange>(
    this
  );
  connection = ONLINE;
  selected: Job | null = null;
  readonly followed = new Set<string>();
  /** Seconds since the epoch. */
  time = 0;

  now(): number {
    return this.time;
  }

  retry(): Promise<void> {
    return Promise.resolve();
  }

  connect(connection: Connection): void {
    this.connection = connection;
    this.connectionChanged.emit(connection);
  }

  change(change: Partial<IJobsChange>): void {
    this.changed.emit({
      jobs: [],
      instances: [],
      deleted: [],
      reset: false,
      ...change
    });
  }
}
