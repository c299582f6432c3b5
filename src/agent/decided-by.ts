import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { Agent } from './define-agent.ts';

/** What an agent's own policy decides for an input; null where it has none, and a text where it throws. */
export function decidedBy({ policy }: Pick<Agent, 'policy'>, input: JsonObject): JsonValue {
  try {
    return policy ? policy(structuredClone(input)) : null;
  } catch (error) {
    return `throws: ${(error as Error).message}`;
  }
}
