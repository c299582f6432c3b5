import type { ModelAnswer, ModelRequest } from '../model/model.ts';
import type { ToolCall } from './run-tool-call.ts';

type SentBlock = Exclude<ModelRequest['messages'][number]['content'], string>[number];

/** An answer in a form that the API takes back: what it gives is not always that. */
export interface SentBack {
  readonly content: SentBlock[];
  /** The answer's tool calls as the model made them, each with the id that its result is to be sent under. */
  readonly calls: readonly { readonly call: ToolCall; readonly sentId: string }[];
}

/**
 * Makes answers fit to be sent back in one conversation. Thinking and whatever else is not named here goes back unchanged: thinking blocks are bound
 * to what precedes them. The API refuses texts without a letter, half of a character, an id that was used before, a call whose input is no object, and a name that no tool
 * could have; all of these it, or a server like it, gives now and then.
 */
export class SendingBack {
  readonly #ids = new Set<string>();

  fit(answer: Pick<ModelAnswer, 'content'>): SentBack {
    const calls: { call: ToolCall; sentId: string }[] = [];
    const content = answer.content.flatMap((block): SentBlock[] => {
      if (block.type === 'text') return isBlank(block.text) ? [] : [wellFormed(block) as SentBlock];
      if (block.type !== 'tool_use') return [block as SentBlock];
      const sentId = this.#unusedId(block.id);
      calls.push({ call: block, sentId });
      const input = isObject(block.input) ? wellFormed(block.input) : {};
      return [{ ...block, id: sentId, name: sendableName(block.name), input } as SentBlock];
    });
    return { content, calls };
  }

  #unusedId(given: string): string {
    const id = given.replaceAll(/[^A-Za-z0-9_-]/g, '_') || 'call';
    let unused = id;
    for (let number = 2; this.#ids.has(unused); number += 1) unused = `${id}_${number}`;
    this.#ids.add(unused);
    return unused;
  }
}

/** Without anything that is seen: signs of direction and joins among blanks are none. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Cc}\p{Cf}]*$/u.test(text);
}

/** A turn that is to go on must not end in blanks. */
export function withoutTrailingBlanks(content: readonly SentBlock[]): SentBlock[] {
  const last = content.at(-1);
  return last?.type === 'text' ? [...content.slice(0, -1), { ...last, text: last.text.trimEnd() }] : [...content];
}

/** Halves of characters, which a cut leaves behind, make a request that the API cannot read. Returns the same value where there are none. */
export function wellFormed<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  // Such a half is the only thing that is written like this.
  return text !== undefined && /\\ud[89a-f]/.test(text) ? (mended(value) as Value) : value;
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), mended(member)]));
}

function sendableName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
