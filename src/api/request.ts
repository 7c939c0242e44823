import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ErrorBody } from './_models';

const ROOT = 'aibro/api';

/** What goes into an address after the `?`; `undefined` is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** How a request differs from a plain `GET`. */
export interface IRequestOptions {
  /** Says what AIbro's server part cannot say itself: that nothing, or something else, answered. */
  readonly trans: TranslationBundle;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly query?: Query;
  /** Sent as JSON; a `Blob` is sent as it is, as the zip file it has to be. */
  readonly body?: object;
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

/**
 * Where something of AIbro's is on the server.
 *
 * @param path - below `aibro/api/`, its parts already encoded.
 */
export function addressOf(
  settings: ServerConnection.ISettings,
  path: string
): string {
  return URLExt.join(settings.baseUrl, ROOT, path);
}

/**
 * Ask AIbro's server part and return its answer; the one way to it.
 *
 * @param path - below `aibro/api/`, its parts already encoded.
 * @throws {@link AibroRequestError} for every failure but an abort, which keeps its `AbortError`.
 */
export async function request<T>(
  settings: ServerConnection.ISettings,
  path: string,
  { method = 'GET', query = {}, body, signal, trans }: IRequestOptions
): Promise<T> {
  const url = addressOf(settings, path) + queryString(query);
  const init: RequestInit = { method, signal: signal ?? null };
  if (body instanceof Blob) {
    init.body = body;
    init.headers = { 'Content-Type': 'application/zip' };
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json' };
  }
  let response: Response;
  let text: string;
  try {
    response = await ServerConnection.makeRequest(url, init, settings);
    text = await response.text();
  } catch {
    // JupyterLab's request makes a network error of an abort.
    signal?.throwIfAborted();
    // What browsers say of it ("Failed to fetch") tells a person nothing.
    const message = trans.__('The Jupyter server cannot be reached.');
    throw new AibroRequestError(
      { message, code: 'NetworkError', field: null },
      0
    );
  }
  const answer = parse(text);
  if (!response.ok) {
    throw new AibroRequestError(
      errorBody(answer, response, trans),
      response.status
    );
  }
  if (answer === undefined && response.status !== 204) {
    throw new AibroRequestError(
      errorBody(answer, response, trans),
      response.status
    );
  }
  return answer as T;
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
