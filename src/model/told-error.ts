import type { APIError } from '@anthropic-ai/sdk';
import { brokenError } from './anthropic-error.ts';
import { errorBodyOf, statusOfErrorBody, statusOfWords } from './error-in-answer.ts';
import type { ModelError } from './model-error.ts';

/**
 * Some servers and gateways tell an error with HTTP 200: it counts as if it had come with its own status.
 * @param onBegun called for one that comes beside what there was of an answer, which is paid for
 * @throws {APIError}
 */
export async function checkNoError(body: unknown, headers: Headers, onBegun?: () => void): Promise<void> {
  const status = statusOfErrorBody(body);
  if (status === undefined) return;
  const { content, usage } = errorBodyOf(body) as { readonly content?: unknown; readonly usage?: unknown };
  if (usage || (Array.isArray(content) && content.length > 0)) onBegun?.();
  throw await errorWith(status, errorBodyOf(body) as object, headers);
}

/**
 * The error of words, or of a page, that came in the answer's place.
 * @param promised true where JSON was to come, which may have been an answer
 */
export async function toldError(text: string, headers: Headers, promised: boolean): Promise<APIError | ModelError> {
  const title = /<title[^>]*>([^<]{0,300})/i.exec(text.slice(0, 8192))?.[1];
  const isPage = text.trimStart().startsWith('<');
  const said = statusOfWords(isPage ? (title ?? '') : text);
  if (promised && said === undefined && !isPage) return brokenError('unreadable');
  // What a page asks of a person is none of the server's refusals.
  const status = said !== undefined && (!isPage || said === 429 || said >= 500) ? said : 200;
  return errorWith(status, { message: title ?? text.slice(0, 8192) }, headers, isPage ? 'text/html' : undefined);
}

async function errorWith(status: number, body: object, headers: Headers, contentType?: string): Promise<APIError> {
  const { APIError } = await import('@anthropic-ai/sdk');
  const own = new Headers([...headers]);
  if (contentType) own.set('content-type', contentType);
  return Object.assign(APIError.generate(status, body, undefined, own), { toldInAnswer: true });
}
