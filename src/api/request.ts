import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ErrorBody } from './_models';

const ROOT = 'aibro/api';

/** What goes into an address after the `?`; `undefined` is left out. */
type Query = Readonly<Record<string, string | number | undefined>>;

/** What a request has besides its address. */
export interface IRequestOptions {
  readonly query?: Query;
  /** Sent as JSON; a `Blob` as it is. */
  readonly body?: object;
  /** What the body is; JSON unless told. */
  readonly contentType?: string;
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A request that did not work out.
 *
 * `message` is a sentence for people. `code` is the class name of the server's error,
 * `NetworkError` when nothing answered, `HTTPError` when something other than AIbro did.
 */
export class AibroRequestError extends Error {
  readonly code: string;
  /** The entry that was wrong, when it was one. */
  readonly field: string | null;
  /** The HTTP status; 0 when nothing answered. */
  readonly status: number;

  constructor(body: ErrorBody, status: number) {
    super(body.message);
    this.name = 'AibroRequestError';
    this.code = body.code;
    this.field = body.field;
    this.status = status;
  }
}

/** Asks AIbro's server part; the client is this with a method for every route. */
export abstract class Requester {
  /**
   * @param _trans - says what the server part cannot say itself: that nothing, or something else,
   * answered.
   */
  constructor(
    readonly serverSettings: ServerConnection.ISettings = ServerConnection.makeSettings(),
    private readonly _trans: TranslationBundle = nullTranslator.load(
      'jupyterlab_aibro'
    )
  ) {}

  /**
   * Where something of AIbro's is on the server.
   *
   * @param path - below `aibro/api/`, its parts already encoded.
   */
  protected url(path: string): string {
    return URLExt.join(this.serverSettings.baseUrl, ROOT, path);
  }

  /**
   * Ask, and return the answer; the one way to the server part.
   *
   * @param path - below `aibro/api/`, its parts already encoded.
   * @throws {@link AibroRequestError} for every failure but an abort, which keeps its `AbortError`.
   */
  protected async ask<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    { query = {}, body, contentType, signal }: IRequestOptions
  ): Promise<T> {
    const init: RequestInit = { method, signal: signal ?? null };
    if (body) {
      init.body = body instanceof Blob ? body : JSON.stringify(body);
      init.headers = { 'Content-Type': contentType ?? 'application/json' };
    }
    let response: Response;
    let text: string;
    try {
      response = await ServerConnection.makeRequest(
        this.url(path) + queryString(query),
        init,
        this.serverSettings
      );
      text = await response.text();
    } catch {
      // JupyterLab's request makes a network error of an abort.
      signal?.throwIfAborted();
      // What browsers say of it ("Failed to fetch") tells a person nothing.
      const message = this._trans.__('The Jupyter server cannot be reached.');
      throw new AibroRequestError(
        { message, code: 'NetworkError', field: null },
        0
      );
    }
    const answer = parse(text);
    if (!response.ok || (answer === undefined && response.status !== 204)) {
      throw new AibroRequestError(
        errorBody(answer, response, this._trans),
        response.status
      );
    }
    return answer as T;
  }
}

function queryString(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      parameters.set(name, String(value));
    }
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

/** The JSON of an answer; `undefined` when it is none (a proxy's page, an empty 204). */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorBody(
  answer: unknown,
  { status, statusText }: Response,
  trans: TranslationBundle
): ErrorBody {
  const body = (answer ?? {}) as Partial<ErrorBody>;
  return {
    message:
      body.message ??
      trans.__('The server answered %1', `${status} ${statusText}`.trim()),
    code: body.code ?? 'HTTPError',
    field: body.field ?? null
  };
}
