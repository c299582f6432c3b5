import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { VersionSettings } from '../contracts/version.ts';
import { hasStructuredOutput, takesEffort } from '../model/model-abilities.ts';
import { listed } from '../text/figures.ts';
import { schemaLimits } from './schema-limits.ts';

/** What of a version the API looks at before any model does. */
interface RequestingVersion {
  readonly model: string;
  readonly settings: Pick<VersionSettings, 'effort' | 'decideBy'>;
  readonly toolVariant: {
    readonly definitions: readonly { readonly name: string; readonly input_schema: object; readonly strict?: boolean | undefined }[];
    readonly providerTools?: readonly { readonly name: string }[] | undefined;
    readonly decisionJsonSchema: JsonObject;
  };
}

const longestName = 64;
/** Of all strict tools and the decision of one request together. */
const most = { strictTools: 20, optionalFields: 24, unionFields: 16 };

/**
 * What the API will refuse of a version's requests, as far as it can be known without asking: each of its trials would end as an infra error.
 * Source: Anthropic's pages on structured outputs and tools, November 2026. A server of somebody else may take more, or less.
 */
export function apiRefusals({ model, settings, toolVariant }: RequestingVersion): string[] {
  const { definitions, decisionJsonSchema } = toolVariant;
  const strict = definitions.filter((tool) => tool.strict === true);
  const byOutput = settings.decideBy === 'output';
  const held = [
    ...strict.map((tool) => ({ of: `tools/${tool.name}.json`, ...schemaLimits(tool.input_schema as JsonValue) })),
    ...(byOutput ? [{ of: 'decision.json', ...schemaLimits(decisionJsonSchema) }] : []),
  ];
  const optional = held.reduce((sum, { optionalFields }) => sum + optionalFields, 0);
  const unions = held.reduce((sum, { unionFields }) => sum + unionFields, 0);
  return [
    ...[...definitions, ...(toolVariant.providerTools ?? [])].flatMap(({ name }) =>
      name.length > longestName ? [`the tool name ${name} has ${name.length} characters, and at most ${longestName} are taken`] : [],
    ),
    ...definitions.flatMap(({ name, input_schema: schema }) => atTop(schema, `tools/${name}.json`, 'input_schema')),
    ...(byOutput ? [] : atTop(decisionJsonSchema, 'decision.json', 'it, where a tool decides')),
    ...held.flatMap(({ of, refused }) => refused.map((fault) => `${of}: ${fault}`)),
    ...(strict.length > most.strictTools ? [`${strict.length} tools are strict, and at most ${most.strictTools} may be`] : []),
    ...(optional > most.optionalFields
      ? [`the schemas of strict tools and decision have ${optional} optional fields, and at most ${most.optionalFields} are taken`]
      : []),
    ...(unions > most.unionFields
      ? [`the schemas of strict tools and decision have ${unions} fields of several types, and at most ${most.unionFields} are taken`]
      : []),
    ...(byOutput && !hasStructuredOutput(model)
      ? [`${model} has no structured output: set decideBy: 'tool' in the version's settings`]
      : []),
    ...(strict.length > 0 && !hasStructuredOutput(model)
      ? [`${model} takes no strict tools: leave "strict" out of ${listed(strict.map(({ name }) => `tools/${name}.json`))}`]
      : []),
  ];
}

/** What no tool's schema may begin with. */
function atTop(schema: object, file: string, of: string): string[] {
  return ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => (keyword in schema ? [`${file}: ${keyword} at the top of ${of}`] : []));
}

/** What is left out of a version's requests, because its model is known to refuse it. */
export function leftOut({ model, settings }: Pick<RequestingVersion, 'model' | 'settings'>): string | undefined {
  return settings.effort !== null && !takesEffort(model) ? `${model} takes no effort, so "${settings.effort}" is not sent` : undefined;
}
