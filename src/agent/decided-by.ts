import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { Agent } from './define-agent.ts';

/** What an agent's own policy decides for an input, as JSON has it; null where it has none or decides nothing, and a text where it throws. */
export function decidedBy({ policy }: Pick<Agent, 'policy'>, input: JsonObject): JsonValue {
  try {
    const decision: unknown = policy?.(structuredClone(input));
    // What came with no way into JSON (a circle, a bigint) throws here too.
    return decision === undefined ? null : (JSON.parse(JSON.stringify(decision) ?? 'null') as JsonValue);
  } catch (error) {
    return `throws: ${(error as Error).message}`;
  }
}
