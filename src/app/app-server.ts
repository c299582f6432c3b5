import { type AddressInfo, isIPv6 } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import type { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import { visibleLine } from '../text/hostile-text.ts';
import { ApiFault } from './api/api-fault.ts';
import { type ApiRoute, JsonText } from './api/api-route.ts';
import { describeApi, methodOf } from './api/description.ts';
import { reviewRoutes } from './api/review-routes.ts';
import { apiRoutes } from './api/routes.ts';
import type { AppProject } from './app-project.ts';
import { answerAtDesk } from './desk-question.ts';
import { fromKnownHost, type Guarded, withHeaders, withToken } from './guard.ts';
import { appScript, appStyle } from './page/bundle.generated.ts';

export interface ServedApp {
  /** Where it is, without the token. */
  readonly origin: string;
  /** What a person opens. The token stands behind the `#`, which no browser sends anywhere. */
  readonly url: string;
  close(): Promise<void>;
}

const document = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Docket</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/app.css">
<script type="module" src="/app.js"></script>
</head>
<body><div id="app"><noscript><main class="plain"><p>Docket's pages are drawn by a script, which is switched off here.</p></main></noscript></div></body>
</html>
`;

/** The longest silence on a stream of events, in milliseconds. */
const heartbeatMs = 15_000;

/** Longest body of a question, in bytes. */
const mostBody = 2_000_000;

/**
 * The app as a function from a request to its answer.
 * @param port on which it is asked
 * @param ended aborts when the server ends
 */
export function appOf(project: AppProject, port: () => number, ended: AbortSignal, routes = apiRoutes): Hono<Guarded> {
  const app = new Hono<Guarded>();
  app.use(withHeaders, fromKnownHost(port, project.hostNames));
  app.get('/app.js', (context) => context.body(appScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.get('/app.css', (context) => context.body(appStyle, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.use('/api/*', withToken(project), bodyLimit({ maxSize: mostBody, onError: tooLong }));
  app.get('/api/v1', (context) => context.json(describeApi(routes)));
  for (const route of routes) {
    const path = `/api/v1${route.path}`;
    app[methodOf(route)](path, (context) => answer(route, context, project, ended));
  }
  app.all('/api/*', (context) => context.json({ error: 'There is no such route; GET /api/v1 describes those that there are.' }, 404));
  // Every other address is a place in the page.
  app.get('*', (context) => context.html(document));
  app.onError((error, context) => {
    if (error instanceof ApiFault) return context.json({ error: error.message }, error.status);
    if (error instanceof DocketError) return context.json({ error: error.message }, error.code === 'changed-meanwhile' ? 409 : 400);
    return context.json({ error: `Docket failed. This is a bug in Docket: ${error.message}` }, 500);
  });
  return app;
}

async function answer(route: ApiRoute, context: Context<Guarded>, project: AppProject, ended: AbortSignal): Promise<Response> {
  if (route.kind === 'answer' && route.isWriting && !project.canWrite)
    return context.json({ error: 'This server only reads. Start it as docket ui --write to change anything.' }, 403);
  const asked = methodOf(route) === 'post' ? await bodyOf(context) : context.req.query();
  const parsed = route.question.safeParse({ ...asked, ...context.req.param() });
  if (!parsed.success) throw new ApiFault(400, faultsOf(parsed.error));
  const signal = AbortSignal.any([context.req.raw.signal, ended]);
  if (route.kind === 'answer') {
    const answered = await answerTo(route, parsed.data, project, { signal, reviewer: context.get('reviewer') });
    return answered instanceof JsonText ? context.body(answered.text, 200, { 'content-type': 'application/json' }) : context.json(answered);
  }
  return streamSSE(context, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const either = AbortSignal.any([signal, gone.signal]);
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), heartbeatMs);
    // Said at once, so that whoever follows knows that nothing is missed from here on.
    await stream.write(': following\n\n');
    // One after the other, and all of them before the stream ends.
    let sent: Promise<unknown> = Promise.resolve();
    const send = (event: unknown) => {
      sent = sent.then(() => stream.writeSSE({ data: JSON.stringify(event) }));
    };
    try {
      await route.follow(parsed.data, send, {
        project,
        signal: either,
      });
      await sent;
    } finally {
      clearInterval(heartbeat);
    }
  });
}

/** What needs the project's own code is asked where that is loaded. */
function answerTo(
  route: Extract<ApiRoute, { readonly kind: 'answer' }>,
  question: Readonly<Record<string, unknown>>,
  project: AppProject,
  asked: { readonly signal: AbortSignal; readonly reviewer: string | undefined },
): unknown {
  if (!reviewRoutes.includes(route)) return route.run(question, { project, ...asked });
  const whyNobody = project.whyNobodyReviews();
  if (project.reviews) return project.reviews.ask(route, question, { reviewer: asked.reviewer, whyNobody });
  return answerAtDesk(route, question, { project, whyNobody, ...asked });
}

async function bodyOf(context: Context): Promise<Record<string, unknown>> {
  // A form of another page can send no JSON.
  if (!/^application\/json\b/.test(context.req.header('content-type') ?? '')) throw new ApiFault(400, 'Send the question as JSON.');
  const body: unknown = await context.req.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiFault(400, 'The body is no JSON object.');
  return body as Record<string, unknown>;
}

function tooLong(context: Context): Response {
  return context.json({ error: 'The question is too long.' }, 413);
}

function faultsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => visibleLine(`${path.join('.') || 'the question'}: ${message}`)).join('; ');
}

/**
 * Serves the app.
 * @param address on which it listens: this machine's own when not given
 * @throws {DocketError} when the port is taken, or the address is none of this machine
 */
export async function serveApp(
  project: AppProject,
  { port, address = '127.0.0.1' }: { readonly port: number; readonly address?: string },
): Promise<ServedApp> {
  const ending = new AbortController();
  let listening = port;
  const app = appOf(project, () => listening, ending.signal);
  const server = serve({ fetch: app.fetch, port, hostname: address });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', () => resolve());
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new DocketError(`Port ${port} is taken. Give another one with --port, or 0 for a free one.`)
          : ['EADDRNOTAVAIL', 'ENOTFOUND', 'EACCES'].includes(error.code ?? '')
            ? new DocketError(
                `The server cannot listen on ${address}, port ${port} (${error.code}). Give another --listen address, or leave it out.`,
              )
            : error,
      ),
    );
  });
  listening = (server.address() as AddressInfo).port;
  const shown = ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : isIPv6(address) ? `[${address}]` : address;
  const origin = `http://${shown}:${listening}`;
  return {
    origin,
    url: `${origin}/#token=${project.token}`,
    async close() {
      ending.abort();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await project.close();
    },
  };
}
