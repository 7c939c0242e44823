/* A real HTTP server, for specs that check what was sent: methods, queries and bodies. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ServerConnection } from '@jupyterlab/services';

/** A request that was received. */
export interface IAsked {
  readonly method: string;
  /** Relative to the server's base URL, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  /** The parsed JSON; the text if the body is of another type. */
  readonly body: unknown;
}

/** The answer of a route: its body, and its status if that is not 200. */
export interface IRouteAnswer {
  readonly body: unknown;
  readonly status?: number;
}

type Route = (asked: IAsked) => IRouteAnswer | Promise<IRouteAnswer>;

/** A server whose routes the spec defines, such as `on('GET aibro/api/info', ...)`. */
export class RouteServer {
  /** The requests received, in order. */
  readonly asked: IAsked[] = [];
  /** Answers requests for which there is no route. */
  otherwise: Route = ({ path }) => ({
    status: 404,
    body: { message: `Nothing at ${path}`, code: 'NotFound', field: null }
  });
  private readonly _routes = new Map<string, Route>();
  private readonly _http: Server = createServer((request, response) => {
    void this._answer(request).then(({ body, status = 200 }) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(status === 204 ? '' : JSON.stringify(body));
    });
  });

  static async start(): Promise<RouteServer> {
    const server = new RouteServer();
    await new Promise<void>(resolve =>
      server._http.listen(0, '127.0.0.1', resolve)
    );
    return server;
  }

  get settings(): ServerConnection.ISettings {
    const { port } = this._http.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}/`;
    return ServerConnection.makeSettings({ baseUrl, fetch, Headers, Request });
  }

  on(route: string, answer: Route): void {
    this._routes.set(route, answer);
  }

  /** The requests received for a route. */
  of(route: string): IAsked[] {
    return this.asked.filter(
      ({ method, path }) => `${method} ${path}` === route
    );
  }

  async stop(): Promise<void> {
    this._http.closeAllConnections();
    await new Promise(resolve => this._http.close(resolve));
  }

  private async _answer(request: IncomingMessage): Promise<IRouteAnswer> {
    const url = new URL(request.url ?? '/', 'http://server');
    const sent = await text(request);
    const contentType = request.headers['content-type'] ?? '';
    const isJson = contentType === 'application/json';
    const asked: IAsked = {
      method: request.method ?? 'GET',
      path: decodeURIComponent(url.pathname.slice(1)),
      query: url.searchParams,
      contentType,
      body: sent === '' ? null : isJson ? JSON.parse(sent) : sent
    };
    this.asked.push(asked);
    const route = this._routes.get(`${asked.method} ${asked.path}`);
    return (route ?? this.otherwise)(asked);
  }
}
