import { brokenError } from './anthropic-error.ts';
import { otherApi } from './read-answer.ts';
import { streamedAnswer } from './streamed-answer.ts';
import { toldError } from './told-error.ts';

/**
 * What the server sent, as JSON, whatever it calls it: a stream is put together, also one that nobody asked for.
 * @param onBegun called when the first of a stream came: from there on it is paid for
 * @throws {ModelError} for what is empty or cut
 * @throws {APIError} for words or a page in the answer's place
 */
export async function readBody(response: Response, onBegun: () => void): Promise<unknown> {
  const contentType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const text = await response.text();
  if (text.trim() === '') throw brokenError('empty');
  const start = text.slice(0, 64).trimStart();
  if (/^(?:(?:event|data|id|retry):|:)/.test(start)) return fromEvents(text, onBegun);
  const json = start.startsWith('<') ? undefined : parsed(text);
  if (json && typeof json.value !== 'string') return json.value;
  // What a model said, cut short, is no error, whatever words are in it.
  if (/^[{[]/.test(start)) throw brokenError('unreadable');
  throw await toldError(text, response.headers, contentType.endsWith('json') || contentType === 'text/event-stream');
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function fromEvents(text: string, onBegun: () => void): unknown {
  if (text.slice(0, 4096).includes('"chat.completion.chunk"')) throw otherApi();
  return streamedAnswer(text, onBegun);
}
