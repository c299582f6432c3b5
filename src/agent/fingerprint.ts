import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import { type Factor, factorNames } from '../contracts/factor.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import type { Agent } from './define-agent.ts';
import { inputStructure } from './input-structure.ts';
import { readFiles } from './read-files.ts';
import { runnerSources } from './runner-sources.ts';
import { sourceClosure } from './source-closure.ts';
import type { Version } from './version.ts';

/** What decides the model's answers beside the version: the mode, and in simulated mode the simulator's settings. */
export interface ModelFingerprint {
  readonly mode: ModelMode;
  readonly settings: JsonObject;
}

/** The parts of a version's fingerprint, each as a hash. Equal hashes: that part is the same on both sides. */
export type FingerprintParts = Readonly<Record<Factor, string>>;

/**
 * Hashes of everything that can change a version's answers, part by part. Names and places of files in this checkout are no part of it.
 * @throws {DocketError} when a source file cannot be read, an import cannot be found or a pattern of `reads` matches nothing.
 */
export async function fingerprintParts(agent: Agent, version: Version, model: ModelFingerprint): Promise<FingerprintParts> {
  const { toolVariant, settings } = version;
  const docket = agent.docket;
  const content: Record<Factor, JsonValue> = {
    prompt: version.prompt.text,
    userMessage: await sourceClosure([agent.userMessage.source], docket),
    tools: {
      definitions: toolVariant.definitions as unknown as JsonValue,
      sources: await sourceClosure(
        [...toolVariant.tools.values()].map((tool) => tool.source),
        docket,
      ),
    },
    decisionSchema: toolVariant.decisionJsonSchema,
    inputSchema: inputStructure(agent.input),
    model: version.model,
    settings: { ...settings },
    reads: readFiles(agent),
    mode: model.mode,
    simulator: {
      settings: model.settings,
      sources: model.mode === 'simulated' && agent.simulator ? await sourceClosure([agent.simulator.source], docket) : [],
    },
    runner: docket === undefined ? null : await sourceClosure(runnerSources(docket, model.mode), docket),
  };
  return Object.fromEntries(factorNames.map((factor) => [factor, sha256(canonicalJson(content[factor]))])) as FingerprintParts;
}

/** Hash over the parts: two versions with the same one behave alike. */
export async function fingerprintVersion(agent: Agent, version: Version, model: ModelFingerprint): Promise<string> {
  return sha256(canonicalJson(await fingerprintParts(agent, version, model)));
}

/** Hash of a tool variant alone: tool and decision JSON, tool source with all it imports. */
export async function fingerprintTools({ definitions, decisionJsonSchema, tools }: Version['toolVariant']): Promise<string> {
  const content: JsonObject = {
    definitions: definitions as unknown as JsonValue,
    decision: decisionJsonSchema,
    sources: await sourceClosure([...tools.values()].map((tool) => tool.source)),
  };
  return sha256(canonicalJson(content));
}

/** Hash of a case's input only: a changed label or title is no reason to run again. */
export function fingerprintInput(input: JsonObject): string {
  return sha256(canonicalJson(input));
}
