import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import { fromJsonSchema } from '../contracts/from-json-schema.ts';
import type { JsonObject } from '../contracts/json.ts';
import { schemaGap } from './schema-gap.ts';

/** What a schema may be given as: zod, or JSON Schema. */
export type OwnSchema<Value> = z.ZodType<Value> | JsonObject;

/** The same, whatever it is of: types of input and decision are erased in the framework. */
type AnySchema = OwnSchema<never>;

/**
 * A schema as zod, whichever it was given as.
 * @param what for the message, as the beginning of a sentence
 * @throws {DocketError} when it is neither, or a JSON Schema that cannot be used
 */
export function zodOf(schema: AnySchema, what: string): z.ZodType<JsonObject> {
  const expected = 'Expected a zod schema (of zod 4) or JSON Schema.';
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw new DocketError(`${what} is no schema that can be used: it is ${Array.isArray(schema) ? 'a list' : String(schema)}. ${expected}`);
  if (isZod(schema)) return schema as unknown as z.ZodType<JsonObject>;
  if ('safeParse' in schema || '~standard' in schema)
    throw new DocketError(`${what} is no schema that can be used: it is one of another library, or of zod 3. ${expected}`);
  const why = (error: string, cause?: unknown) =>
    new DocketError(`${what} is no schema that can be used: ${error.replace(/\.$/, '')}. ${expected}`, { cause });
  const gap = schemaGap(schema);
  if (gap !== undefined) throw why(gap);
  try {
    return fromJsonSchema(schema) as z.ZodType<JsonObject>;
  } catch (cause) {
    throw why((cause as Error).message, cause);
  }
}

/**
 * A schema as JSON Schema. What JSON Schema cannot say is left to the schema itself.
 * @param side `input`: what an agent writes, before any transformation; `output`: the decision that becomes of it
 */
export function jsonSchemaOf(schema: AnySchema, side: 'input' | 'output'): JsonObject {
  if (!isZod(schema)) return schema;
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: side, unrepresentable: 'any', cycles: 'ref' }))) as JsonObject;
}

function isZod(schema: AnySchema): schema is z.ZodType<never> {
  return typeof (schema as { safeParse?: unknown } | null)?.safeParse === 'function' && '_zod' in schema;
}
