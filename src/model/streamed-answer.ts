import { brokenError } from './anthropic-error.ts';
import type { ModelContext, ModelRequest } from './model.ts';
import { eventsOf, type StreamEvent } from './stream-events.ts';

/** Answers and trials beyond these may take minutes, in which a connection that is silent is often cut on its way. */
export const quickAnswer = { tokens: 8192, trialMs: 120_000 } as const;

/** True for a call whose answer may take minutes: it is asked for as a stream, so that the connection does not fall silent. */
export function mayTakeMinutes({ max_tokens: tokens }: ModelRequest, { deadlineMs = 0 }: ModelContext): boolean {
  return tokens > quickAnswer.tokens || deadlineMs > quickAnswer.trialMs;
}

type Fields = Record<string, unknown>;

/**
 * Puts an answer together that came as a stream. By Docket itself: the SDK's reader knows nothing of events without a name, of blocks that a gateway
 * numbers in its own way and of a price that is not told, and each would be an answer that was paid for and lost. What ends before it said how it ended is no
 * answer, whatever is there of it. A stream that tells an error is that error's body.
 * @param text server-sent events
 * @param onBegun called when the first of it came: from there on it is paid for
 * @throws {ModelError} for a stream that was cut
 */
export function streamedAnswer(text: string, onBegun: () => void): object {
  let message: AnswerParts | undefined;
  for (const event of eventsOf(text)) {
    if (event.type === 'error') return event;
    if (event.type === 'message_start' && !message && isFields(event.message)) {
      message = new AnswerParts(event.message);
      onBegun();
    } else if (event.type === 'message_stop' && message?.isWhole) return message.whole();
    else if (!message?.add(event)) break;
  }
  throw brokenError('cut');
}

class AnswerParts {
  readonly #message: Fields;
  readonly #blocks: Fields[] = [];
  /** Blocks by the number that the server gives them, which may be used again. */
  readonly #open = new Map<unknown, Fields>();
  readonly #inputs = new Map<Fields, string>();
  #ended = false;

  constructor(message: Fields) {
    // What it says of its own length at its start is not how long it became.
    const { output_tokens: _, ...usage } = fieldsOf(message.usage);
    this.#message = { ...message, usage };
  }

  /** True once it has said how it ended. */
  get isWhole(): boolean {
    return this.#ended && this.#open.size === 0;
  }

  /** @returns false for what cannot follow here */
  add({ type, index, content_block: block, delta, usage }: StreamEvent): boolean {
    switch (type) {
      case 'content_block_start': {
        const begun = { ...fieldsOf(block) };
        this.#blocks.push(begun);
        this.#open.set(index, begun);
        return true;
      }
      case 'content_block_delta':
        return this.#append(this.#open.get(index), fieldsOf(delta));
      case 'content_block_stop':
        return this.#open.delete(index);
      case 'message_delta':
        this.#ended = true;
        // All that its end says of the price, counted for the whole.
        Object.assign(this.#message.usage as Fields, withoutNulls(fieldsOf(usage)));
        Object.assign(this.#message, fieldsOf(delta));
        return true;
      default:
        return type !== 'message_start' && type !== 'message_stop';
    }
  }

  whole(): Fields {
    const content = this.#blocks.map((block) => ({ ...block, ...inputOf(this.#inputs.get(block)) }));
    return { ...this.#message, content };
  }

  #append(block: Fields | undefined, delta: Fields): boolean {
    if (!block) return false;
    const more = (field: string) => `${block[field] ?? ''}${delta[field] ?? ''}`;
    if (delta.type === 'text_delta') block.text = more('text');
    if (delta.type === 'thinking_delta') block.thinking = more('thinking');
    if (delta.type === 'signature_delta') block.signature = more('signature');
    if (delta.type === 'citations_delta') block.citations = [...((block.citations as unknown[] | null) ?? []), delta.citation];
    if (delta.type === 'input_json_delta') this.#inputs.set(block, `${this.#inputs.get(block) ?? ''}${delta.partial_json ?? ''}`);
    return true;
  }
}

/** A tool's input as it was written, whole or not. */
function inputOf(text: string | undefined): { readonly input?: unknown } {
  if (!text) return {};
  try {
    return { input: JSON.parse(text) };
  } catch {
    return { input: text };
  }
}

function withoutNulls(record: Fields): Fields {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
