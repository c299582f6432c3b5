import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

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
 * Lets through only who asked for this server by a name of this machine, from no page of another origin. A name that was made to lead here later (DNS
 * rebinding) is another name.
 * @param port on which it listens, once it does
 */
export function fromThisMachine(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    const allowed = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port()}`);
    const origin = context.req.header('origin');
    if (!allowed.includes(host)) return context.json({ error: `This server answers at ${allowed[0]} only.` }, 403);
    if (origin !== undefined && origin !== `http://${host}`) return context.json({ error: 'A page of another origin may not ask.' }, 403);
    return next();
  };
}

/** Lets through only who says the token. */
export function withToken(token: string): MiddlewareHandler {
  return async (context, next) => {
    const given = Buffer.from(/^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? '');
    const wanted = Buffer.from(token);
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return next();
    return context.json({ error: 'Open the address that docket ui printed: it holds the token.' }, 401);
  };
}
