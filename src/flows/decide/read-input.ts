import type { Agent } from '../../agent/define-agent.ts';
import { parseInput } from '../../agent/parse-input.ts';
import type { Version } from '../../agent/version.ts';
import type { JsonObject } from '../../contracts/json.ts';

/** A value as the agent takes it, or what is wrong with it, one clause a fault that begins with the field. */
export type ReadInput =
  | { readonly kind: 'input'; readonly input: JsonObject }
  | { readonly kind: 'faulty'; readonly faults: readonly string[] };

/**
 * Reads an input by the agent's schema; where the version takes fewer, it has to fit that one too.
 * @param value parsed JSON
 * @throws {DocketError} when a schema itself fails
 */
export function readInput(agent: Agent, { toolVariant }: Pick<Version, 'toolVariant'>, value: unknown): ReadInput {
  const parsed = parseInput(agent, value);
  const taken = parsed.success && toolVariant.input ? parseInput({ name: agent.name, input: toolVariant.input }, parsed.data) : parsed;
  const { error } = parsed.success ? taken : parsed;
  if (error) return { kind: 'faulty', faults: error.issues.map(({ path, message }) => `${fieldAt(path)}: ${message}`) };
  return { kind: 'input', input: parsed.data as JsonObject };
}

function fieldAt(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the input' : path.map(String).join('.');
}
