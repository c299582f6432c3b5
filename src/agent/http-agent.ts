import { sha256 } from '../contracts/canonical-json.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonValue } from '../contracts/json.ts';
import { mayLoadAnyPackage } from './command/any-package.ts';
import type { Agent } from './define-agent.ts';
import { checkedUrl, checkHeaders, type HttpAuth, keyOf } from './http/http-auth.ts';
import { askHttp, type HttpRequest, type ServerPlace } from './http/http-runner.ts';
import { type OwnAgentDefinition, ownAgent } from './own-agent.ts';
import type { ReadDecision } from './own-read.ts';
import type { OwnContext } from './own-run.ts';
import { jsonSchemaOf, type OwnSchema } from './own-schema.ts';
import { ownPlace, placeElsewhere, type ServeDefinition } from './served/server-place.ts';
import type { VersionFrom } from './served/version-from.ts';
import { type TracesMode, tracesModes } from './traces-mode.ts';

/** What is asked of the server. In texts, `{input}`, `{input.customer.id}` and `{version.model}` stand for what the trial has. */
export interface HttpAgentRequest<Input> {
  /** POST when not given. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'GET';
  /** What follows the `url`: `/claims/{input.claim_id}/decision`. Values are encoded. */
  readonly path?: string | ((input: Input, context: Pick<OwnContext, 'version'>) => string);
  /** Headers beside `content-type`, `accept` and `traceparent`; none that holds a key, which is for `auth`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as JSON, whose texts may hold placeholders; the input when not given. */
  readonly body?: JsonValue | ((input: Input, context: Pick<OwnContext, 'version'>) => JsonValue);
}

/** What an agent that is an HTTP endpoint declares. */
export interface HttpAgentDefinition<Input extends object, Decision extends object> extends OwnAgentDefinition<Input, Decision> {
  /** The server's address; redirects are not followed. With `serve` it is the path alone: `/decide`. */
  readonly url: string;
  /** Starts the checkout's own server, on a free port of this machine: in a gate main's and the candidate's each answer for themselves. */
  readonly serve?: ServeDefinition;
  /**
   * Where a server that Docket does not start says which version of the agent it is. Without it nothing that is stored is used again, and a gate ends as not
   * evaluated: a server that still runs other code would pass.
   */
  readonly versionFrom?: VersionFrom;
  /** `import.meta.url` of this file: it and what it imports are part of the fingerprint. What the server is made of is not. */
  readonly source: string;
  readonly request?: HttpAgentRequest<Input>;
  /** How the decision is read from the answer; when not given, the answer is the decision as JSON. */
  readonly read?: ReadDecision;
  /** Its key. It goes to the `url`'s own origin, and beyond this machine by HTTPS only. */
  readonly auth?: HttpAuth;
  /** When the spans that it sends count; `flushed` when not given. */
  readonly traces?: TracesMode;
  /** Port of 127.0.0.1 where its spans are received: the server sends them to `http://127.0.0.1:<port>`. Without it none are. */
  readonly tracesPort?: number;
  /** Most bytes of one answer; 8 MiB when not given. */
  readonly longestAnswer?: number;
}

/**
 * Declares an agent that is an HTTP endpoint, wherever it runs. Requests take turns and are tried again as those to a model are.
 * @throws {DocketError} when a version, a scorer, a schema, the address or a header cannot be used
 */
export function httpAgent<Input extends object, Decision extends object>(definition: HttpAgentDefinition<Input, Decision>): Agent {
  const { url: address, source, serve, versionFrom, request = {}, read, auth, traces = 'flushed', tracesPort, ...rest } = definition;
  const { longestAnswer = 8 * 1024 * 1024, ...shared } = rest;
  const at = `agent "${definition.name}"`;
  if (typeof source !== 'string') throw new DocketError(`${at}: "source" is missing. Expected import.meta.url.`);
  const own = serve && ownPlace({ ...definition, serve }, at);
  if (serve && versionFrom)
    throw new DocketError(`${at}: "versionFrom" is for a server that Docket does not start. Leave it out, or "serve".`);
  const elsewhere = own ? undefined : placeElsewhere(checkedUrl(address, auth, at), { versionFrom, auth, at });
  const place = (own ?? elsewhere) as ServerPlace & { readonly address: URL };
  const url = place.address;
  if (!tracesModes.includes(traces))
    throw new DocketError(`${at}: "traces" is ${JSON.stringify(traces)}, expected ${tracesModes.join(', ')}.`);
  if (traces === 'waited-for' && tracesPort === undefined && !serve)
    throw new DocketError(`${at}: its spans cannot be waited for without "tracesPort", the port that its server sends them to.`);
  const { method = 'POST', path, headers = {}, body } = request;
  checkHeaders(headers, at);
  const asked = { method, path, headers, body } as HttpRequest;
  const settings = {
    at,
    place,
    request: asked,
    auth,
    read,
    schema: jsonSchemaOf(definition.decision as OwnSchema<never>, 'input'),
    traces,
    tracesPort,
    longestAnswer,
  };
  // Where it is, is a part of its own.
  const rules = JSON.stringify({ ...asked, url: url.search, read, auth, traces, tracesPort }, (_, value) =>
    typeof value === 'function' || value instanceof RegExp ? String(value) : value,
  );
  return ownAgent(shared, {
    kind: 'http',
    source,
    answers: (input, trial) => askHttp(input, trial, settings),
    check: () => void (auth && keyOf(auth, process.env, at)),
    how: `${method} ${url.pathname} (${sha256(rules).slice(0, 12)})${own ? ` ${own.how}` : ''}`,
    ...(serve && own ? { sources: own.sources, anyPackage: mayLoadAnyPackage(serve.command), close: own.close } : {}),
    ...(elsewhere ? { served: () => elsewhere.watch.served(), close: async () => elsewhere.watch.forget() } : {}),
  });
}
