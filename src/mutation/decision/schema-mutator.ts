import type { Mutator } from '../../agent/mutator.ts';
import type { Version } from '../../agent/version.ts';
import { fromJsonSchema } from '../../contracts/from-json-schema.ts';
import type { JsonObject } from '../../contracts/json.ts';

/** One field of a decision's schema. */
export interface SchemaField {
  readonly name: string;
  readonly schema: JsonObject;
  readonly required: boolean;
}

/** A mutator of the decision's own fields, one at a time. */
export function schemaMutator(
  name: string,
  source: string,
  change: (field: SchemaField, decision: JsonObject) => { readonly what: string; readonly schema: JsonObject } | undefined,
): Mutator {
  return {
    name,
    family: 'decision',
    source,
    plant: ({ version }) =>
      fieldsOf(version.toolVariant.decisionJsonSchema).flatMap((field) => {
        const changed = change(field, version.toolVariant.decisionJsonSchema);
        return changed ? [{ what: changed.what, version: withDecisionSchema(version, changed.schema) }] : [];
      }),
  };
}

/** The version with another decision. */
export function withDecisionSchema(version: Version, schema: JsonObject): Version {
  const decisionSchema = fromJsonSchema(schema) as Version['toolVariant']['decisionSchema'];
  return { ...version, toolVariant: { ...version.toolVariant, decisionJsonSchema: schema, decisionSchema } };
}

/** Required fields of a decision, without one. */
export function requiredWithout({ required }: JsonObject, name: string): string[] {
  return (Array.isArray(required) ? (required as string[]) : []).filter((each) => each !== name);
}

function fieldsOf({ properties, required }: JsonObject): SchemaField[] {
  return Object.entries((properties ?? {}) as Record<string, JsonObject>).map(([name, schema]) => ({
    name,
    schema,
    required: Array.isArray(required) && required.includes(name),
  }));
}
