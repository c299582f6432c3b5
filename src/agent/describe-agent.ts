import type { Comparators } from '../contracts/comparator.ts';
import type { DescribedAgent, DescribedVariant, DescribedVersion } from '../contracts/described-agent.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Relation } from '../contracts/relation.ts';
import type { VersionDefinition } from '../contracts/version.ts';
import type { Agent } from './define-agent.ts';
import { inputStructure } from './input-structure.ts';
import type { ToolVariant } from './tool-variant.ts';
import type { Version } from './version.ts';
import { type CheckedFactors, describeFactors } from './version-factors.ts';

/** An agent as plain data. One that is described already stays as it is. */
export function describeAgent(agent: Agent | DescribedAgent): DescribedAgent {
  if ('inputStructure' in agent) return agent;
  const {
    name,
    input,
    prompts,
    toolVariants,
    versions,
    userMessage,
    simulator,
    scorers,
    scorersSource,
    relations,
    policy,
    reads,
    own,
    docket,
    ignored,
    root,
  } = agent;
  const { approvalField, compare, harm, monotone, boundaries, redaction, explain } = agent;
  return plain({
    name,
    inputStructure: inputStructure(input),
    prompts: { ...prompts },
    toolVariants: Object.fromEntries(Object.entries(toolVariants).map(([key, variant]) => [key, describeVariant(variant)])),
    versions: Object.fromEntries(Object.entries(versions).map(([key, version]) => [key, describeDefinition(version)])),
    userMessage: { source: userMessage.source },
    simulator: simulator && { source: simulator.source },
    scorers: scorers.map((scorer) => ({
      name: scorer.name,
      scope: scorer.scope,
      settings: scorer.settings,
      text: scorer.score.toString(),
    })),
    scorersSource,
    relations: relations?.map(describeRelation),
    policy: policy && { name: policy.name, text: policy.toString() },
    domain: {
      approvalField,
      compare: compare && describeComparators(compare),
      harm,
      monotone,
      boundaries,
      redaction,
      explain: explain?.toString(),
    },
    reads,
    own: own && { kind: own.kind, setup: own.setup, serves: own.kind === 'http' && !own.served ? true : undefined },
    docket,
    ignored: own && own.kind !== 'function' ? ignored : undefined,
    root,
  }) as DescribedAgent;
}

/** A relation by what can be read of it: its settings, and the text of its functions. */
export function describeRelation({ name, kind, settings, twins, check }: Relation) {
  return { name, kind, ...(settings ? { settings } : {}), text: `${twins}\n${check}` };
}

/** A version as plain data. One that is described already stays as it is. */
export function describeVersion(version: Version | DescribedVersion): DescribedVersion {
  const { name, prompt, toolVariant, model, settings, factors } = version;
  if (Array.isArray(toolVariant.tools)) return version as DescribedVersion;
  return plain({
    name,
    prompt,
    toolVariant: { name: toolVariant.name, ...describeVariant(toolVariant as ToolVariant<JsonObject, JsonObject>) },
    model,
    settings,
    factors: factors && describeFactors(factors as CheckedFactors),
  }) as DescribedVersion;
}

function describeDefinition(version: VersionDefinition) {
  return { ...version, ...(version.factors ? { factors: describeFactors(version.factors) } : {}) };
}

function describeVariant({
  definitions,
  providerTools,
  decisionJsonSchema,
  tools,
  input,
  userMessage,
}: ToolVariant<JsonObject, JsonObject>): DescribedVariant {
  return {
    definitions: definitions.map((definition) => ({ ...definition, input_schema: definition.input_schema as JsonObject })),
    ...(providerTools ? { providerTools: providerTools.map((tool) => ({ ...tool })) } : {}),
    decisionJsonSchema,
    tools: [...tools].map(([name, { source }]) => ({ name, source })),
    ...(input ? { inputStructure: inputStructure(input) } : {}),
    ...(userMessage ? { userMessage: { source: userMessage.source } } : {}),
  };
}

/** Comparators as plain data, functions by their text. */
export function describeComparators(comparators: Comparators): JsonObject {
  return plain(
    Object.fromEntries(Object.entries(comparators).map(([path, each]) => [path, typeof each === 'function' ? each.toString() : each])),
  ) as JsonObject;
}

/** As it is after a way through JSON, so that both sides of a pipe hold the same. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
