import type Anthropic from '@anthropic-ai/sdk';
import type { Stream } from '@anthropic-ai/sdk/streaming';
import { brokenError } from './anthropic-error.ts';
import type { ModelContext, ModelRequest } from './model.ts';

/** Answers and trials beyond these may take minutes, in which a connection that is silent is often cut on its way. */
export const quickAnswer = { tokens: 8192, trialMs: 120_000 } as const;

/** True for a call whose answer may take minutes: it is asked for as a stream, so that the connection does not fall silent. */
export function mayTakeMinutes({ max_tokens: tokens }: ModelRequest, { deadlineMs = 0 }: ModelContext): boolean {
  return tokens > quickAnswer.tokens || deadlineMs > quickAnswer.trialMs;
}

/**
 * Puts an answer together that came as a stream, by the SDK. What ends before it said how it ended and what it used is no answer, whatever
 * is there of it. A stream that tells an error is that error's body.
 * @param onBegun called when the first of it came: from there on it is paid for
 * @throws {ModelError} for a stream that was cut
 */
export async function streamedAnswer(events: Stream<Anthropic.RawMessageStreamEvent>, onBegun: () => void): Promise<object> {
  const { MessageStream } = await import('@anthropic-ai/sdk/lib/MessageStream');
  const put = MessageStream.fromReadableStream(events.toReadableStream());
  const came = new Set<string>();
  const open = new Set<number>();
  const inputs = new Map<number, string>();
  const used: Record<string, unknown> = {};
  put.on('streamEvent', (event) => {
    if (came.size === 0) onBegun();
    came.add(event.type);
    if (event.type === 'content_block_start') open.add(event.index);
    if (event.type === 'content_block_stop') open.delete(event.index);
    if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta')
      inputs.set(event.index, (inputs.get(event.index) ?? '') + event.delta.partial_json);
    // All that its end says of the price, which is more than the SDK takes over.
    if (event.type === 'message_delta') Object.assign(used, withoutNulls(event.usage ?? {}));
  });
  const ended = await new Promise<unknown>((resolve) => {
    put.on('error', resolve);
    put.on('abort', resolve);
    put.on('end', () => resolve(undefined));
  });
  if (tellsError(ended)) return ended.error;
  const message = put.receivedMessages[0];
  if (ended !== undefined || !message || !came.has('message_delta') || !came.has('message_stop') || open.size > 0) throw brokenError('cut');
  const { parsed_output: _, ...answer } = JSON.parse(JSON.stringify(message)) as Record<string, unknown> & Pick<typeof message, 'content'>;
  return {
    ...answer,
    usage: { ...message.usage, ...used },
    content: answer.content.map((block, index) => ({ ...block, ...inputOf(inputs.get(index)) })),
  };
}

/** A tool's input as it was written: the SDK completes what is not whole, and nobody said that. */
function inputOf(text: string | undefined): { readonly input?: unknown } {
  if (!text) return {};
  try {
    return { input: JSON.parse(text) };
  } catch {
    return { input: text };
  }
}

function withoutNulls(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

/** True for what the server said itself went wrong. */
function tellsError(error: unknown): error is Error & { readonly error: object } {
  return error instanceof Error && 'error' in error && typeof error.error === 'object' && error.error !== null;
}
