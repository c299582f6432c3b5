import type { JsonObject } from '../contracts/json.ts';
import type { VersionSettings } from '../contracts/version.ts';
import { parseJson } from './read-decision.ts';
import type { ToolDefinition } from './tool.ts';

/** What of a version says how it decides. */
export interface DecidingVersion {
  readonly settings: Pick<VersionSettings, 'decideBy'>;
  readonly toolVariant: { readonly definitions: readonly { readonly name: string }[]; readonly decisionJsonSchema: JsonObject };
}

/** The tool by which a version decides; undefined for one that decides in its answer. Its name is none of the version's own tools'. */
export function decisionToolOf({ settings, toolVariant }: DecidingVersion): ToolDefinition | undefined {
  if (settings.decideBy !== 'tool') return undefined;
  const { definitions, decisionJsonSchema } = toolVariant;
  let name = 'submit_decision';
  while (definitions.some((definition) => definition.name === name)) name += '_';
  return {
    name,
    description: 'Gives the decision and ends the task. Call it once, alone, when the results of all other tools are known.',
    input_schema: { ...decisionJsonSchema, type: 'object' },
  };
}

/** What was given as the decision: some servers give a tool's input as text. */
export function givenDecision(input: unknown): unknown {
  return typeof input === 'string' ? (parseJson(input)?.json ?? input) : input;
}
