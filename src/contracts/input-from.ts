import type { JsonValue } from './json.ts';

/** What an agent's function is given to read its input from: a run that was recorded. */
export interface RecordedRun {
  readonly traceId: string;
  /** What the user said in the last turn. */
  readonly userMessage: string | null;
  /** The structured input, where the run recorded one; it may be a guess. */
  readonly input: JsonValue | null;
  /** Attributes of all its spans; where several have one, the outermost's. */
  readonly attributes: Readonly<Record<string, JsonValue>>;
}

/**
 * How an agent's input is read from a recorded run: `'json'`, the JSON object in the user message; `{ userMessage: 'request' }`, the user message as the
 * text of that field; `{ attribute: 'app.request' }`, an attribute that holds it; or a function.
 */
export type InputFrom = 'json' | { readonly userMessage: string } | { readonly attribute: string } | ((run: RecordedRun) => unknown);
