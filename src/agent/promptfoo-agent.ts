import { dirname } from 'node:path';
import { sha256 } from '../contracts/canonical-json.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { promptfooVersion } from '../contracts/promptfoo-library.ts';
import type { Agent } from './define-agent.ts';
import { type OwnAgentDefinition, ownAgent } from './own-agent.ts';
import type { ReadDecision } from './own-read.ts';
import { jsonSchemaOf, type OwnSchema } from './own-schema.ts';
import { ProviderRunner } from './provider/ask-provider.ts';
import { filePath } from './source-closure.ts';

/**
 * An agent whose versions are promptfoo's: `prompt` is a template (`{{amount}}` is the input's field), `model` a provider's id, `options` its `config`, tools
 * included.
 */
export interface PromptfooAgentDefinition<Input extends object, Decision extends object> extends OwnAgentDefinition<Input, Decision> {
  /** The provider of versions that name none: `openai:gpt-5-mini`, `bedrock:…`, `ollama:…`, `file://provider.ts`. */
  readonly provider?: string;
  /** `import.meta.url` of this file, which `file://` is relative to: it and what it imports are part of the fingerprint. */
  readonly source: string;
  /** How the decision is read from the answer; when not given, the answer is the decision as JSON. */
  readonly read?: ReadDecision;
}

/**
 * Declares an agent that promptfoo asks: one prompt, one answer, of any provider that promptfoo knows, by promptfoo's own library. The key is the provider's own
 * affair, and comes from the environment.
 * @throws {DocketError} when a version, a scorer or a schema cannot be used, or a version has no provider
 */
export function promptfooAgent<Input extends object, Decision extends object>(
  definition: PromptfooAgentDefinition<Input, Decision>,
): Agent {
  const { provider, source, read, ...shared } = definition;
  const at = `agent "${definition.name}"`;
  if (typeof source !== 'string') throw new DocketError(`${at}: "source" is missing. Expected import.meta.url.`);
  for (const [name, { model = provider }] of Object.entries(definition.versions ?? { v1: {} })) {
    if (typeof model !== 'string' || model.trim() === '')
      throw new DocketError(
        `${at}, version "${name}": names no provider. Give it a "model" as promptfoo writes it (openai:gpt-5-mini), or the agent a "provider".`,
      );
  }
  const runner = new ProviderRunner({
    at,
    directory: dirname(filePath(source)),
    provider,
    read,
    schema: jsonSchemaOf(definition.decision as OwnSchema<never>, 'input'),
  });
  const version = promptfooVersion();
  const library = version === undefined ? 'promptfoo' : `promptfoo ${version}`;
  return ownAgent(shared, {
    kind: 'promptfoo',
    source,
    answers: (input, trial) => runner.answer(input, trial),
    how: `${library} (${sha256(JSON.stringify([provider, read === undefined ? null : textOf(read)])).slice(0, 12)})`,
  });
}

function textOf(read: ReadDecision): string {
  if (typeof read === 'function' || read instanceof RegExp) return String(read);
  return 'field' in read ? JSON.stringify(read) : 'schema';
}
