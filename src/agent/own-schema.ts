import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import { fromJsonSchema } from '../contracts/from-json-schema.ts';
import type { JsonObject } from '../contracts/json.ts';

/** What a schema may be given as: zod, or JSON Schema. */
export type OwnSchema<Value> = z.ZodType<Value> | JsonObject;

/**
 * A schema as zod, whichever it was given as.
 * @param what for the message, as the beginning of a sentence
 * @throws {DocketError} when it is neither, or a JSON Schema that cannot be used
 */
export function zodOf(schema: OwnSchema<never> | JsonObject, what: string): z.ZodType<JsonObject> {
  if (isZod(schema)) return schema as unknown as z.ZodType<JsonObject>;
  try {
    return fromJsonSchema(schema) as z.ZodType<JsonObject>;
  } catch (cause) {
    throw new DocketError(`${what} is no schema that can be used: ${(cause as Error).message}. Expected a zod schema or JSON Schema.`, {
      cause,
    });
  }
}

/** A schema as JSON Schema: what an agent writes, before any transformation. What JSON Schema cannot say is left to the schema itself. */
export function jsonSchemaOf(schema: OwnSchema<never> | JsonObject): JsonObject {
  if (!isZod(schema)) return schema;
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', cycles: 'ref' }))) as JsonObject;
}

function isZod(schema: OwnSchema<never> | JsonObject): schema is z.ZodType<never> {
  return typeof (schema as { safeParse?: unknown }).safeParse === 'function';
}
