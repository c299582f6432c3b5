import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import type { Agent } from './define-agent.ts';
import { sourceClosure } from './source-closure.ts';
import type { Version } from './version.ts';

/** What decides the model's answers beside the version: the mode, and in simulated mode the simulator's settings. */
export interface ModelFingerprint {
  readonly mode: ModelMode;
  readonly settings: JsonObject;
}

/**
 * Hash of what the model can see and what decides the tools' answers: prompt, user message, tool and decision JSON, tool source with
 * all it imports, model id, settings, mode, and in simulated mode the simulator's source. Names are no part of it.
 * @throws {DocketError} when a source file cannot be read.
 */
export async function fingerprintVersion(agent: Agent, version: Version, model: ModelFingerprint): Promise<string> {
  const { toolVariant, settings } = version;
  const content = {
    prompt: version.prompt.text,
    userMessage: await sourceClosure([agent.userMessage.source]),
    tools: await toolContent(toolVariant),
    model: version.model,
    settings: { ...settings },
    mode: model.mode,
    modelSettings: model.settings,
    simulator: model.mode === 'simulated' && agent.simulator ? await sourceClosure([agent.simulator.source]) : [],
  };
  return sha256(canonicalJson(content));
}

/** Hash of a tool variant alone: tool and decision JSON, tool source with all it imports. */
export async function fingerprintTools(toolVariant: Version['toolVariant']): Promise<string> {
  return sha256(canonicalJson(await toolContent(toolVariant)));
}

async function toolContent({ definitions, decisionJsonSchema, tools }: Version['toolVariant']): Promise<JsonObject> {
  return {
    definitions: definitions as unknown as JsonValue,
    decision: decisionJsonSchema,
    sources: await sourceClosure([...tools.values()].map((tool) => tool.source)),
  };
}

/** Hash of a case's input only: a changed label or title is no reason to run again. */
export function fingerprintInput(input: JsonObject): string {
  return sha256(canonicalJson(input));
}
