import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import type { AppProject } from './app-project.ts';
import { type AskingRequest, namedByProxy } from './who-reviews.ts';

/** What every answer carries. Nothing is loaded from elsewhere, nothing is framed, and nothing is kept by a cache. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** Puts the headers on every answer, also on a refusal. */
export const withHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
};

/**
 * Lets through only who asked for this server by a name of this machine, or one that it was started with, from no page of another origin. A name that was
 * made to lead here later (DNS rebinding) is another name.
 * @param port on which it listens, once it does
 * @param hostNames by which a proxy passes requests on: on whatever port, because that is the proxy's
 */
export function fromKnownHost(port: () => number, hostNames: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    const own = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port()}`);
    const isProxied = hostNames.includes(host.toLowerCase().replace(/:\d+$/, ''));
    const origin = context.req.header('origin');
    if (!own.includes(host) && !isProxied)
      return context.json({ error: `This server answers at ${[own[0], ...hostNames].join(' and ')} only.` }, 403);
    // Before a proxy the connection may be an encrypted one.
    const origins = [`http://${host}`, ...(isProxied ? [`https://${host}`] : [])];
    if (origin !== undefined && !origins.includes(origin)) return context.json({ error: 'A page of another origin may not ask.' }, 403);
    return next();
  };
}

/** What the guard found out about who asks. */
export type Guarded = { Variables: { reviewer: string | undefined } };

/** Lets through only who says the token, or whom a trusted proxy names; and finds out whose name an answer gets. */
export function withToken({
  token,
  whoReviews,
  canWrite,
}: Pick<AppProject, 'token' | 'whoReviews' | 'canWrite'>): MiddlewareHandler<Guarded> {
  return async (context, next) => {
    if (whoReviews.kind === 'header') {
      const named = namedByProxy(whoReviews, askingRequest(context, whoReviews.header));
      if (named && 'refused' in named) return context.json({ error: named.refused }, 403);
      if (named) {
        context.set('reviewer', canWrite ? named.name : undefined);
        return next();
      }
    }
    const given = Buffer.from(/^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? '');
    const wanted = Buffer.from(token);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      return context.json({ error: 'Open the address that docket ui printed: it holds the token.' }, 401);
    context.set('reviewer', canWrite && whoReviews.kind === 'named' ? whoReviews.name : undefined);
    return next();
  };
}

/** The connection's own address and the header as it was sent: one that was sent twice is one text to everybody else. */
function askingRequest(context: Context, header: string): AskingRequest {
  const { incoming } = (context.env ?? {}) as { readonly incoming?: Pick<IncomingMessage, 'rawHeaders' | 'socket'> };
  const raw = incoming?.rawHeaders ?? [];
  const values = raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === header);
  return { values, address: incoming?.socket?.remoteAddress };
}
