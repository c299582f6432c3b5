import type { ConversationMessage } from './conversation.ts';
import type { JsonValue } from './json.ts';

/** What an agent's function is given to read its input from: a run that was recorded. */
export interface RecordedRun {
  readonly traceId: string;
  /** What the user said in the last turn. */
  readonly userMessage: string | null;
  /** Earlier turns with their tools, and last what the user said; system instructions are no part of it. */
  readonly conversation: readonly ConversationMessage[];
  /** The session, thread or conversation that the run belongs to, where it names one. */
  readonly session: string | null;
  /** The structured input, where the run recorded one; it may be a guess. */
  readonly input: JsonValue | null;
  /** Attributes of all its spans; where several have one, the outermost's. */
  readonly attributes: Readonly<Record<string, JsonValue>>;
}

/**
 * How an agent's input is read from a recorded run: `'json'`, the JSON object in the user message; `{ userMessage: 'request' }`, the user message as the
 * text of that field; `{ conversation: 'messages' }`, the conversation so far as that field; `{ attribute: 'app.request' }`, an attribute that holds it; or a
 * function.
 */
export type InputFrom =
  | 'json'
  | { readonly userMessage: string }
  | { readonly conversation: string }
  | { readonly attribute: string }
  | ((run: RecordedRun) => unknown);
