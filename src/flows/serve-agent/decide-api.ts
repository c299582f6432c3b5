import { type Context, Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { HTTPException } from 'hono/http-exception';
import { resolveVersion } from '../../agent/version.ts';
import { isLoopback } from '../../contracts/loopback.ts';
import { counted } from '../../text/figures.ts';
import { boundedBody } from '../../traces/bounded-body.ts';
import { decideOnce } from '../decide/decide-once.ts';
import { decisionReport } from '../decide/decision-report.ts';
import { readInput } from '../decide/read-input.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { failedAnswer } from './failed-answer.ts';
import { inputJsonSchema, openApiOf } from './openapi.ts';

/** What the routes are made of. */
export interface DecideApiOptions {
  /** What clients have to bear; undefined only on this machine's own address. */
  readonly token: string | undefined;
  /** Most decisions at a time. */
  readonly concurrency: number;
  /** Most bytes of an input. */
  readonly mostBytes: number;
  /** Longest time for an answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Told of what the agent's own code threw, and of what a person should know of a run. */
  readonly onFault: (error: unknown) => void;
  readonly onWarning: (message: string) => void;
}

/** How requests ended; what was refused before a run is not counted. */
export interface DecideCounts {
  decided: number;
  undecided: number;
  failed: number;
  /** The client hung up, or was told to go when the server ended. */
  aborted: number;
}

/** The routes, and what is going on behind them. */
export interface DecideApi {
  readonly app: Hono;
  readonly counts: Readonly<DecideCounts>;
  /** From now on nothing new is begun. */
  refuseNew(): void;
  /** Ends what is under way. */
  abort(): void;
}

/** Ends that are nobody's fault, told apart by the signal's reason. */
const late = Symbol('late');
const goingAway = Symbol('going away');

/** POST /decide, GET /health, GET /openapi.json for one version of an agent. */
export function decideApi(session: Session, prepared: PreparedVersion, options: DecideApiOptions): DecideApi {
  const { token, concurrency, mostBytes, timeoutMs } = options;
  const version = resolveVersion(session.agent, prepared.version.name);
  const expected = inputJsonSchema(session);
  const document = openApiOf(session, prepared, { token: token !== undefined });
  const counts: DecideCounts = { decided: 0, undecided: 0, failed: 0, aborted: 0 };
  const end = new AbortController();
  let [open, inFlight, lastMs] = [true, 0, 1000];
  const app = new Hono();

  app.onError((error, c) => {
    // As the middleware made it.
    if (error instanceof HTTPException) return error.getResponse();
    options.onFault(error);
    return refuse(c, 500, 'agent-failed', 'The code of the agent failed. What it said is in the log of the server.');
  });
  app.notFound((c) => refuse(c, 404, 'not-found', 'There are POST /decide, GET /health and GET /openapi.json.'));
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
    c.header('x-content-type-options', 'nosniff');
    if (!open) c.header('connection', 'close');
  });
  app.get('/health', (c) => c.json({ status: open ? 'ok' : 'draining', inFlight }, open ? 200 : 503));
  if (token === undefined) {
    // Without a token a page of another site must not ask, whatever name was pointed to this machine.
    app.use(async (c, next) => {
      const hosts = [c.req.header('host') ?? '', ...(c.req.header('origin') === undefined ? [] : [hostIn(c.req.header('origin') ?? '')])];
      if (hosts.every((host) => isLoopback(host.replace(/:\d+$/, '')))) return await next();
      return refuse(c, 403, 'not-local', 'Without a token only this machine is answered, by the name 127.0.0.1 or localhost.');
    });
  } else {
    const told = (message: string) => ({ kind: 'error', error: 'unauthorized', message });
    app.use(
      bearerAuth({
        token,
        noAuthenticationHeader: { message: told('Give the token: Authorization: Bearer <token>.') },
        invalidAuthenticationHeader: { message: told('Give the token as: Authorization: Bearer <token>.') },
        invalidToken: { message: told('That is not the token.') },
      }),
    );
  }
  app.get('/openapi.json', (c) => c.json(document));
  app.post('/decide', decide);
  app.all('/decide', (c) => refuse(c, 405, 'method', 'Inputs are sent with POST.', { allow: 'POST' }));
  return {
    app,
    counts,
    refuseNew() {
      open = false;
    },
    abort: () => end.abort(goingAway),
  };

  async function decide(c: Context): Promise<Response> {
    const client = c.req.raw.signal;
    if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(c.req.header('content-type') ?? ''))
      return refuse(c, 415, 'not-json', 'Send the input as JSON, with Content-Type: application/json.');
    const sent = Number(c.req.header('content-length') ?? 0) > mostBytes ? undefined : await boundedBody(c.req.raw, mostBytes);
    if (!sent) return refuse(c, 413, 'too-large', `An input may have ${counted(mostBytes, 'byte')}.`);
    const body = parseJson(Buffer.from(sent).toString('utf8'));
    if (body === undefined) return refuse(c, 400, 'not-json', 'The body is not JSON. Send the input as one JSON object.');
    const read = readInput(session.agent, version, body);
    if (read.kind === 'faulty')
      return c.json(
        { kind: 'error', error: 'invalid-input', message: 'The input is not valid; no model was called.', faults: read.faults, expected },
        400,
      );
    if (!open) return refuse(c, 503, 'draining', 'The server is going away.', { 'retry-after': '1' });
    if (inFlight >= concurrency)
      return refuse(c, 503, 'busy', `At most ${counted(concurrency, 'decision')} at a time.`, {
        'retry-after': String(Math.ceil(lastMs / 1000)),
      });
    inFlight += 1;
    const start = performance.now();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(late), timeoutMs);
    const signal = AbortSignal.any([client, deadline.signal, end.signal]);
    try {
      const decided = await decideOnce(session, prepared, read.input, { signal });
      lastMs = performance.now() - start;
      for (const warning of decided.warnings) options.onWarning(warning);
      const { outcome } = decided.run.trial;
      const report = decisionReport(session, prepared, decided);
      if (outcome.kind === 'decided') {
        counts.decided += 1;
        const { outcome: _, ...rest } = report;
        return c.json({ kind: 'decision', ...rest });
      }
      const { status, error, message, again } = failedAnswer(outcome);
      if (status === 422) counts.undecided += 1;
      else counts.failed += 1;
      if (again) c.header('retry-after', '5');
      return c.json({ kind: 'error', error, message, ...report }, status);
    } catch (error) {
      if (!signal.aborted) {
        counts.failed += 1;
        throw error;
      }
      if (signal.reason === late) {
        counts.failed += 1;
        return refuse(c, 504, 'timeout', `There was no decision within ${timeoutMs / 1000} s; what was begun is ended.`);
      }
      counts.aborted += 1;
      return refuse(c, 503, 'draining', 'The server is going away, and ended this before there was a decision.', { 'retry-after': '1' });
    } finally {
      clearTimeout(timer);
      inFlight -= 1;
    }
  }
}

function refuse(
  c: Context,
  status: 400 | 403 | 404 | 405 | 413 | 415 | 500 | 503 | 504,
  error: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return c.json({ kind: 'error', error, message }, status, headers);
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hostIn(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : origin;
}
