import { randomUUID } from 'node:crypto';
import { DocketError } from '../../contracts/docket-error.ts';
import { ownField } from '../../contracts/own-field.ts';
import type { Served } from '../../contracts/served.ts';
import { boundedFetch } from '../../model/bounded-fetch.ts';

/**
 * Where a server says which version of the agent answers: in a header of every answer (asked for beforehand at `path`, or at the agent's own address), or
 * at a path, whose answer is the version, or JSON with it in `field` (`version` when not given).
 */
export type VersionFrom =
  | { readonly header: string; readonly path?: string }
  | { readonly path: string; readonly field?: string; readonly header?: undefined };

/** How a server is asked for its version. */
export interface VersionQuestion {
  readonly url: URL;
  readonly from: VersionFrom | undefined;
  /** With a key, where the server wants one. */
  headers(): Readonly<Record<string, string>>;
}

/** A version is a word or a hash, and no page. */
const longest = 200;
const longestAnswer = 64 * 1024;
const longestMs = 10_000;

/** @throws {DocketError} when it says nothing that could be followed */
export function checkVersionFrom(from: VersionFrom, at: string): void {
  const { header, path } = from as { readonly header?: unknown; readonly path?: unknown };
  const isHeader = typeof header === 'string' && /^[A-Za-z0-9-]+$/.test(header);
  const isPath = typeof path === 'string' && /^\/(?!\/)/.test(path);
  if ((isHeader && (path === undefined || isPath)) || (header === undefined && isPath)) return;
  throw new DocketError(
    `${at}: "versionFrom" is ${JSON.stringify(from)}. Expected { header: 'x-agent-version' } or { path: '/version' }: where the server says which version answers.`,
  );
}

/** Asks a server which version of the agent it is; what goes wrong leaves that unknown. */
export async function askServed({ url, from, headers }: VersionQuestion): Promise<Served> {
  const address = `${url.origin}${url.pathname}`;
  const unknown = (why: string): Served => ({ address, version: null, why, token: randomUUID() });
  if (!from) return unknown('does not say which version of the agent answers ("versionFrom" is not given)');
  const place = from.path === undefined ? url : new URL(from.path, url);
  try {
    const init = { method: from.path === undefined ? 'HEAD' : 'GET', headers: headers(), signal: AbortSignal.timeout(longestMs) };
    const answer = await boundedFetch(longestAnswer)(place, init);
    if (from.header !== undefined) {
      const version = versionIn(answer, from);
      return version === undefined ? unknown(`has no header "${from.header}" in its answer (${answer.status})`) : { address, version };
    }
    if (!answer.ok) return unknown(`answered ${answer.status} when it was asked for its version (${from.path})`);
    const version = versionOf(await answer.text(), from.field);
    return version === undefined ? unknown(`says at ${from.path} nothing that could be a version`) : { address, version };
  } catch (error) {
    return unknown(`gave no answer when it was asked for its version (${wordsOf(error)})`);
  }
}

/** The version that an answer names in its header; undefined where it names none, or one is said elsewhere. */
export function versionIn({ headers }: Pick<Response, 'headers'>, from: VersionFrom | undefined): string | undefined {
  return from?.header === undefined ? undefined : versionText(headers.get(from.header));
}

function versionOf(text: string, field = 'version'): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return /^\s*</.test(text) ? undefined : versionText(text);
  }
  for (const name of typeof value === 'object' ? field.split('.') : [])
    value = typeof value === 'object' && value ? ownField(value as Record<string, unknown>, name) : undefined;
  return versionText(value);
}

function versionText(value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return text === '' || text.length > longest || /[\p{Cc}]/u.test(text) ? undefined : text;
}

function wordsOf(error: unknown): string {
  const { name, message, cause } = error as Error & { readonly cause?: { readonly code?: string } };
  return name === 'TimeoutError' ? `none within ${longestMs / 1000} s` : (cause?.code ?? message);
}
