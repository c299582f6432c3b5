import { z } from 'zod';
import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { ownField } from '../../contracts/own-field.ts';
import { type TypedField, typedField } from '../../review/typed-field.ts';

/** The JSON schema of what an agent takes, for its titles, descriptions and kinds of values; empty where it has none. */
export function inputJsonSchema({ input }: Pick<Agent, 'input'>): JsonObject {
  try {
    return z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonObject;
  } catch {
    return {};
  }
}

/** The fields of an agent's decisions with their JSON schemas, one for each of its tool variants that has it. */
export function decisionSchemas({ toolVariants }: Pick<Agent, 'toolVariants'>): Map<string, JsonObject[]> {
  const schemas = new Map<string, JsonObject[]>();
  for (const { decisionJsonSchema } of Object.values(toolVariants))
    for (const [field, found] of decisionFieldsOf(decisionJsonSchema)) schemas.set(field, [...(schemas.get(field) ?? []), ...found]);
  for (const [field, found] of schemas)
    schemas.set(
      field,
      found.map((schema) => described(schema, found)),
    );
  return schemas;
}

/** A schema with the title and the description that another version has for the same field, where it has none itself. */
function described(schema: JsonObject, alike: readonly JsonObject[]): JsonObject {
  const said = (name: string) => alike.map((each) => each[name]).find((text) => typeof text === 'string' && text.trim() !== '');
  const [title, description] = [schema.title ?? said('title'), schema.description ?? said('description')];
  return { ...schema, ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
}

/** How a decision of the agent is asked for, in the order of its schemas. */
export function decisionForm(agent: Pick<Agent, 'toolVariants'>): TypedField[] {
  return [...decisionSchemas(agent)].map(([field, schemas]) => typedField(field, schemas));
}

/** How fields of the agent's input are asked for. */
export function inputForm(agent: Pick<Agent, 'input'>, fields: readonly string[]): TypedField[] {
  const { properties } = inputJsonSchema(agent);
  const known = typeof properties === 'object' && properties !== null && !Array.isArray(properties) ? properties : {};
  return fields.map((field) => {
    const schema = ownField(known, field);
    return typedField(field, typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? [schema] : [{}]);
  });
}
