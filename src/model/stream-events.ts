import { brokenError } from './anthropic-error.ts';

/** An event of a streamed answer, with what is read of it. */
export interface StreamEvent {
  readonly type: string;
  readonly message?: unknown;
  readonly index?: unknown;
  readonly content_block?: unknown;
  readonly delta?: unknown;
  readonly usage?: unknown;
}

/**
 * The events of a stream, each by the type that it gives itself, or by its name: some gateways leave the one out, and some the other.
 * @throws {ModelError} for one that is cut short, or no JSON
 */
export function* eventsOf(text: string): Generator<StreamEvent> {
  for (const lines of text.split(/\r?\n\r?\n|\r\r/)) {
    const fields = lines.split(/\r\n|\r|\n/).map((line) => /^(event|data): ?(.*)$/s.exec(line));
    const name = fields.findLast((field) => field?.[1] === 'event')?.[2]?.trim() ?? '';
    const data = fields.flatMap((field) => (field?.[1] === 'data' ? [field[2] ?? ''] : [])).join('\n');
    if (data.trim() === '' || data.trim() === '[DONE]') continue;
    const isError = /error|exception/i.test(name);
    const event = parsed(data);
    if (isFields(event) && (isError || event.type === 'error' || isFields(event.error))) yield { ...event, type: 'error' };
    else if (isError) yield { type: 'error', ...{ error: { message: data } } };
    else if (event === undefined) throw brokenError('cut');
    else if (isFields(event)) yield { ...event, type: typeof event.type === 'string' ? event.type : name };
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
