/* A real HTTP server, for specs of code that polls one resource of AIbro's server part. */
import { AibroClient } from '../src/api';
import { RouteServer } from './routeServer';
import type { IRouteAnswer } from './routeServer';

const API = 'aibro/api/';

/** A server whose answers the spec provides, by path below `aibro/api/`. */
export class AibroServer {
  answer: (path: string) => IRouteAnswer | Promise<IRouteAnswer> = () => ({
    body: { message: 'Nothing here', code: 'NotFound', field: null },
    status: 404
  });

  static async start(): Promise<AibroServer> {
    return new AibroServer(await RouteServer.start());
  }

  private constructor(private readonly _server: RouteServer) {
    _server.otherwise = ({ path }) => this.answer(path.replace(API, ''));
  }

  /** The paths that were requested, in order. */
  get asked(): readonly string[] {
    return this._server.asked.map(({ path }) => path.replace(API, ''));
  }

  /** A client that sends its requests to this server. */
  client(): AibroClient {
    return new AibroClient(this._server.settings);
  }

  stop(): Promise<void> {
    return this._server.stop();
  }
}
