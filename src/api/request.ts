import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ErrorBody } from './_models';

const ROOT = 'aibro/api';

/** The query parameters of a request; those that are `undefined` are left out. */
type Query = Readonly<Record<string, string | number | undefined>>;

/** The parts of a request other than its URL. */
export interface IRequestOptions {
  readonly query?: Query;
  /** Sent as JSON, unless it is a `Blob`, which is sent unchanged. */
  readonly body?: object;
  /** The content type of the body; JSON by default. */
  readonly contentType?: string;
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A request that failed.
 *
 * `message` is a sentence for the user. `code` is the class name of the server's error,
 * `NetworkError` when there was no answer, or `HTTPError` when the answer did not come from AIbro.
 */
export class AibroRequestError extends Error {
  readonly code: string;
  /** The name of the invalid field, if the error is about one. */
  readonly field: string | null;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;

  constructor(body: ErrorBody, status: number) {
    super(body.message);
    this.name = 'AibroRequestError';
    this.code = body.code;
    this.field = body.field;
    this.status = status;
  }
}

/** Sends requests to AIbro's server part; the generated client adds a method for each route. */
export abstract class Requester {
  /**
   * @param _trans - translates the messages that the server part cannot write itself: that there
   * was no answer, or that something other than AIbro answered.
   */
  constructor(
    readonly serverSettings: ServerConnection.ISettings = ServerConnection.makeSettings(),
    private readonly _trans: TranslationBundle = nullTranslator.load(
      'jupyterlab_aibro'
    )
  ) {}

  /**
   * The URL of one of AIbro's routes.
   *
   * @param path - below `aibro/api/`, each segment already URL-encoded.
   */
  protected url(path: string): string {
    return URLExt.join(this.serverSettings.baseUrl, ROOT, path);
  }

  /**
   * Send a request and return the answer. Every request to the server part goes through here.
   *
   * @param path - below `aibro/api/`, each segment already URL-encoded.
   * @throws {@link AibroRequestError} for every failure except an abort, which rejects with
   * `AbortError`.
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
      // JupyterLab's `makeRequest` reports an abort as a network error.
      signal?.throwIfAborted();
      // The browser's own message ("Failed to fetch") does not help the user.
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

/** The parsed JSON of an answer; `undefined` if it is not JSON (a proxy's page, an empty 204). */
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
