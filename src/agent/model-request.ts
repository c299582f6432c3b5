import type { JsonObject } from '../contracts/json.ts';
import type { VersionSettings } from '../contracts/version.ts';
import type { ModelRequest } from '../model/model.ts';
import { takesEffort, takesForcedChoice } from '../model/model-abilities.ts';
import { decisionToolOf } from './decision-tool.ts';

/** What of a version goes into each of its model calls. */
interface RequestingVersion {
  readonly prompt: { readonly text: string };
  readonly model: string;
  readonly settings: Pick<VersionSettings, 'maxTokens' | 'effort' | 'decideBy'>;
  readonly toolVariant: {
    readonly definitions: readonly { readonly name: string }[];
    readonly providerTools?: readonly { readonly name: string }[] | undefined;
    readonly decisionJsonSchema: JsonObject;
  };
}

/**
 * A model call of a version: everything but the messages is the same in all of them.
 * @param askedToDecide the model has ended its turn without the tool that decides: it is made to use it, where it takes that
 */
export function modelRequest(version: RequestingVersion, messages: ModelRequest['messages'], askedToDecide = false): ModelRequest {
  const { prompt, model, settings, toolVariant } = version;
  const decisionTool = decisionToolOf(version);
  const { effort } = settings;
  const tools = [...toolVariant.definitions, ...(toolVariant.providerTools ?? []), ...(decisionTool ? [decisionTool] : [])];
  const outputConfig = {
    ...(decisionTool ? {} : { format: { type: 'json_schema' as const, schema: toolVariant.decisionJsonSchema } }),
    ...(effort !== null && takesEffort(model) ? { effort } : {}),
  };
  return {
    model,
    max_tokens: settings.maxTokens,
    system: [{ type: 'text', text: prompt.text }],
    tools: tools as unknown as NonNullable<ModelRequest['tools']>,
    // A copy: a model that keeps the request must not see it grow.
    messages: [...messages],
    ...(Object.keys(outputConfig).length > 0 ? { output_config: outputConfig } : {}),
    ...(decisionTool && askedToDecide && takesForcedChoice(model)
      ? { tool_choice: { type: 'tool' as const, name: decisionTool.name } }
      : {}),
  };
}
