import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { keyRemover } from '../../contracts/key-remover.ts';
import { boundedFetch } from '../../model/bounded-fetch.ts';
import { ModelError } from '../../model/model-error.ts';
import { sharedRateLimiter } from '../../model/rate-limiter.ts';
import { clipText } from '../../text/clip-text.ts';
import { type ReadDecision, type ReadText, readText } from '../own-read.ts';
import type { OwnContext, OwnTrial } from '../own-run.ts';
import type { VersionWatch } from '../served/version-watch.ts';
import { awaitSpans, type TracesMode } from '../traces-mode.ts';
import { fillTemplate, fillText, type TemplateValues } from './fill-template.ts';
import { authHeader, type HttpAuth, keyOf } from './http-auth.ts';
import { askServer, type ServerAnswer } from './server-answer.ts';

type Told = Pick<OwnContext, 'version'>;

/** What is asked of the server, types of the input erased. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string | ((input: JsonObject, told: Told) => string) | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue | ((input: JsonObject, told: Told) => JsonValue) | undefined;
}

/** Where the server is. */
export interface ServerPlace {
  /** Its address; starts a server of the checkout's own where it is one. */
  url(trial: Pick<OwnTrial, 'spans' | 'waiting'>): Promise<URL>;
  /** Holds a server that is somewhere else to the version that it said it is. */
  readonly watch?: VersionWatch;
}

/** How an agent's server is asked. */
export interface HttpSettings {
  readonly at: string;
  readonly place: ServerPlace;
  readonly request: HttpRequest;
  readonly auth: HttpAuth | undefined;
  readonly read: ReadDecision | undefined;
  /** The decision's own schema. */
  readonly schema: JsonObject;
  readonly traces: TracesMode;
  readonly tracesPort: number | undefined;
  /** Most bytes of one answer. */
  readonly longestAnswer: number;
}

type PlacedSettings = HttpSettings & { readonly url: URL };

/** Asks a server for a decision, in its turn and again where that may help, as a model is asked. */
export async function askHttp(input: JsonObject, trial: OwnTrial, settings: HttpSettings): Promise<ReadText> {
  const { at, auth, place, longestAnswer, traces, tracesPort } = settings;
  const key = auth && keyOf(auth, process.env, at);
  const withoutKey = keyRemover(key);
  if (tracesPort !== undefined && traces !== 'none') await trial.spans?.endpoint(tracesPort);
  const url = await place.url(trial);
  const { target, ...request } = requestOf(input, trial, { ...settings, url }, key);
  const { signal, waiting } = trial;
  const ask = boundedFetch(longestAnswer, `The answer of ${url.origin}`);
  const answer = await sharedRateLimiter(url.origin)
    .run(() => askServer(() => ask(target, { ...request, signal }), { signal, origin: url.origin }), signal, { waiting })
    .catch((error: unknown) => {
      throw error instanceof ModelError ? new ModelError(error.kind, withoutKey(error.message), { retryable: error.retryable }) : error;
    });
  await place.watch?.confirm(answer);
  const read = withoutKey(readAnswer(answer, { ...settings, url }));
  await awaitSpans(traces, trial);
  return read;
}

function requestOf(input: JsonObject, { version, heard }: OwnTrial, { at, url, request, auth }: PlacedSettings, key: string | undefined) {
  const { method, path = '', headers, body = '{input}' } = request;
  const values: TemplateValues = { input, version: { ...version, model: version.model ?? null } };
  const target =
    typeof path === 'function' ? path(input, { version }) : fillText(path, values, `${at}: "request.path"`, encodeURIComponent);
  const given = typeof body === 'function' ? body(input, { version }) : fillTemplate(body, values, `${at}: "request.body"`);
  const own = Object.entries(headers).map(([name, text]): [string, string] => [
    name,
    fillText(text, values, `${at}: the header "${name}"`),
  ]);
  return {
    target: addressOf(url, target, at),
    method,
    headers: {
      accept: 'application/json',
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...(heard ? { traceparent: heard.traceparent } : {}),
      ...Object.fromEntries(own),
      ...authHeader(auth, key),
    },
    ...(method === 'GET' ? {} : { body: typeof given === 'string' ? given : JSON.stringify(given) }),
  };
}

/** @throws {DocketError} when a path leads to another server: whatever an input says, the key goes to the one that is configured */
function addressOf(url: URL, path: string, at: string): URL {
  if (path === '') return url;
  const text = `${url.href.replace(/\/+$/, '')}${path}`;
  const target = /^[/?]/.test(path) && URL.canParse(text) ? new URL(text) : undefined;
  if (target?.origin === url.origin && !target.username) return target;
  throw new DocketError(
    `${at}: "request.path" gives ${JSON.stringify(path.slice(0, 100))}. Expected what follows the "url", beginning with "/" or "?".`,
  );
}

function readAnswer({ status, contentType, body }: ServerAnswer, { url, read, schema }: PlacedSettings): ReadText {
  const what = `the answer of ${url.origin}`;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { outcome: { kind: 'invalid', text: Buffer.from(body).toString('latin1', 0, 200), issues: [`${what} is no UTF-8`] } };
  }
  if (status >= 400) {
    const said = text.trim() === '' ? '' : `: ${clipText(text.trim(), 500)}`;
    return { outcome: { kind: 'no-decision', reason: `The server refused the request (${status})${said}` } };
  }
  const isText = read instanceof RegExp || typeof read === 'function' || (read !== undefined && 'safeParse' in read);
  // What a gateway or a login puts in the place of the agent's answer.
  if (!isText && (contentType === 'text/html' || /^\s*<(?:!doctype|html)/i.test(text)))
    throw new ModelError(
      'response',
      `${url.origin} answered with an HTML page, and not with a decision as JSON. Is a gateway or a login before it?`,
      { retryable: false },
    );
  return readText(text, { read, schema, what });
}
