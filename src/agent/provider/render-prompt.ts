import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { PromptfooLibrary } from '../../contracts/promptfoo-library.ts';

/**
 * A version's prompt as the provider gets it: promptfoo's templates, filled with the fields of the input. In a prompt that is JSON (a chat) each text is a
 * template of its own, so that no input breaks it; an element that is one placeholder for a list (`{{messages}}`) becomes its elements. Without a prompt it is the input as JSON.
 * @param at who is asked, for messages
 * @throws {DocketError} when the template cannot be filled
 */
export function renderPrompt({ render }: Pick<PromptfooLibrary, 'render'>, prompt: string, input: JsonObject, at: string): string {
  if (prompt.trim() === '') return JSON.stringify(input);
  const variables = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, variableOf(value)]));
  const fill = (template: string) => {
    try {
      return render(template, variables);
    } catch (cause) {
      throw new DocketError(`${at}: its prompt cannot be filled: ${(cause as Error).message}`, { cause });
    }
  };
  const chat = chatOf(prompt);
  if (chat === undefined) return fill(prompt);
  /** A list in the place of an element is its elements: a conversation between other messages. */
  const listAt = (element: JsonValue) => {
    const [, name = ''] = typeof element === 'string' ? (/^\{\{\s*(\w+)\s*\}\}$/.exec(element) ?? []) : [];
    return Object.hasOwn(input, name) && Array.isArray(input[name]) ? input[name] : undefined;
  };
  return JSON.stringify(filled(chat, fill, listAt));
}

function chatOf(prompt: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(prompt)) return undefined;
  try {
    return JSON.parse(prompt) as JsonValue;
  } catch {
    // A template may begin with a brace, too.
    return undefined;
  }
}

function filled(value: JsonValue, fill: (template: string) => string, listAt: (element: JsonValue) => JsonValue[] | undefined): JsonValue {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.flatMap((each) => listAt(each) ?? [filled(each, fill, listAt)]);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member, fill, listAt)]));
}

/** Written as JSON where it is written whole; its fields and elements are there for the template all the same. */
function variableOf(value: JsonValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  const copy: object = Array.isArray(value)
    ? value.map(variableOf)
    : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, variableOf(member)]));
  return Object.defineProperty(copy, 'toString', { value: () => JSON.stringify(value), enumerable: false });
}
