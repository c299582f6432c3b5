import type { JsonObject } from '../contracts/json.ts';
import type { VersionSettings } from '../contracts/version.ts';
import type { ModelRequest } from '../model/model.ts';

/** What of a version goes into each of its model calls. */
interface RequestingVersion {
  readonly prompt: { readonly text: string };
  readonly model: string;
  readonly settings: Pick<VersionSettings, 'maxTokens' | 'effort'>;
  readonly toolVariant: { readonly definitions: readonly object[]; readonly decisionJsonSchema: JsonObject };
}

/** A model call of a version: everything but the messages is the same in all of them. */
export function modelRequest(
  { prompt, model, settings, toolVariant }: RequestingVersion,
  messages: ModelRequest['messages'],
): ModelRequest {
  return {
    model,
    max_tokens: settings.maxTokens,
    system: [{ type: 'text', text: prompt.text }],
    tools: toolVariant.definitions as unknown as NonNullable<ModelRequest['tools']>,
    // A copy: a model that keeps the request must not see it grow.
    messages: [...messages],
    output_config: {
      format: { type: 'json_schema', schema: toolVariant.decisionJsonSchema },
      effort: settings.effort,
    },
  };
}
