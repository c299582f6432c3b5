import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { DescribedAgent, DescribedVersion, OwnKind } from '../contracts/described-agent.ts';
import { type Factor, factorNames } from '../contracts/factor.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import type { Agent } from './define-agent.ts';
import { describeAgent, describeVersion } from './describe-agent.ts';
import { factorHashes } from './factor-files.ts';
import { readFiles } from './read-files.ts';
import { restHash } from './rest-files.ts';
import { runnerSources } from './runner-sources.ts';
import { type SourceClosure, sourceClosure } from './source-closure.ts';

import type { Version } from './version.ts';

/** What decides the model's answers beside the version: the mode, and in simulated mode the simulator's settings. */
export interface ModelFingerprint {
  readonly mode: ModelMode;
  readonly settings: JsonObject;
  /** Where live calls go: what one server answered says nothing of another. */
  readonly endpoint?: string;
}

/** Where an agent's code is. */
interface CheckoutPlace {
  readonly docket?: string | undefined;
  readonly root?: string | undefined;
  /** Present for an agent that answers without Docket's model. */
  readonly own?: { readonly kind: OwnKind } | undefined;
}

/** The parts of a version's fingerprint, each as a hash. Equal hashes: that part is the same on both sides. */
export type FingerprintParts = Readonly<Record<Factor, string>> & Readonly<Record<string, string>>;

/**
 * Hashes of everything that can change a version's answers, part by part. Names and places of files in this checkout are no part of it.
 * @param others false leaves out the files that no part names, of an agent whose code is not followed
 * @throws {DocketError} when a source file cannot be read, an import cannot be found or a pattern of `reads` matches nothing.
 */
export async function fingerprintParts(
  given: Agent | DescribedAgent,
  givenVersion: Version | DescribedVersion,
  model: ModelFingerprint,
  { others = true }: { readonly others?: boolean } = {},
): Promise<FingerprintParts> {
  const [agent, version] = [describeAgent(given), describeVersion(givenVersion)];
  const { toolVariant, settings } = version;
  const hashesOf = async (sources: Readonly<Record<string, string>>) => [...(await closureFor(agent, sources)).hashes];
  const content: Record<Factor, JsonValue> = {
    prompt: version.prompt.text,
    // The code of an agent that answers by itself counts once.
    userMessage: agent.own ? [] : await hashesOf(userMessageSources(agent, version)),
    tools: {
      definitions: toolVariant.definitions as unknown as JsonValue,
      ...(toolVariant.providerTools ? { providerTools: toolVariant.providerTools as JsonValue } : {}),
      sources: await hashesOf(toolSources(toolVariant)),
    },
    decisionSchema: toolVariant.decisionJsonSchema,
    inputSchema: toolVariant.inputStructure ?? agent.inputStructure,
    model: version.model,
    settings: { ...settings } as JsonObject,
    reads: readFiles(agent),
    mode: model.mode,
    endpoint: servedBy(version) ?? model.endpoint ?? null,
    simulator: {
      settings: model.settings,
      sources: await hashesOf(simulatorSources(agent, model)),
    },
    runner: [...((await runnerClosure(agent, model.mode))?.hashes ?? ['unknown'])],
  };
  const named = await factorHashes(agent, version.factors);
  const hashed = (factor: Factor) =>
    sha256(canonicalJson(named.has(factor) ? [content[factor], named.get(factor) ?? null] : content[factor]));
  const rest = others ? await restHash(agent, version) : undefined;
  return {
    ...(rest === undefined ? {} : { rest }),
    ...Object.fromEntries(named),
    ...Object.fromEntries(factorNames.map((factor) => [factor, hashed(factor)])),
  } as FingerprintParts;
}

function servedBy({ served }: DescribedVersion): JsonValue | undefined {
  return served && [served.address, served.version ?? { unknown: served.token ?? null }];
}

/** Hash over the parts: two versions with the same one behave alike. */
export async function fingerprintVersion(
  agent: Agent | DescribedAgent,
  version: Version | DescribedVersion,
  model: ModelFingerprint,
): Promise<string> {
  return fingerprintOf(await fingerprintParts(agent, version, model));
}

export function fingerprintOf(parts: FingerprintParts): string {
  return sha256(canonicalJson(parts));
}

/** The files behind a version that its author named, with all that they need: what the fingerprint counts of the agent's code. */
export function versionClosure(
  agent: Agent | DescribedAgent,
  version: Version | DescribedVersion,
  model: Pick<ModelFingerprint, 'mode'>,
): Promise<SourceClosure> {
  const { toolVariant } = describeVersion(version);
  return closureFor(agent, {
    ...userMessageSources(agent, { toolVariant }),
    ...toolSources(toolVariant),
    ...simulatorSources(agent, model),
  });
}

/** Docket's own modules that run the agent's trials; undefined for an agent of an older Docket, which does not say where it is. */
export async function runnerClosure(agent: CheckoutPlace, mode: ModelMode): Promise<SourceClosure | undefined> {
  return agent.docket === undefined ? undefined : closureFor(agent, runnerSources(agent.docket, mode, agent.own?.kind));
}

function closureFor({ docket, root }: CheckoutPlace, sources: Readonly<Record<string, string>>): Promise<SourceClosure> {
  return sourceClosure({ sources, docket, root });
}

function userMessageSources(
  { userMessage }: Agent | DescribedAgent,
  { toolVariant }: Pick<DescribedVersion, 'toolVariant'>,
): Record<string, string> {
  return { 'user message': (toolVariant.userMessage ?? userMessage).source };
}

function toolSources({ tools }: DescribedVersion['toolVariant']): Record<string, string> {
  return Object.fromEntries(tools.map(({ name, source }) => [`tool ${name}`, source]));
}

function simulatorSources({ simulator }: Agent | DescribedAgent, { mode }: Pick<ModelFingerprint, 'mode'>): Record<string, string> {
  return mode === 'simulated' && simulator ? { simulator: simulator.source } : {};
}

/** Hash of a case's input only: a changed label or title is no reason to run again. */
export function fingerprintInput(input: JsonObject): string {
  return sha256(canonicalJson(input));
}
