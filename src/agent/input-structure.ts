import { z } from 'zod';
import type { JsonObject, JsonValue } from '../contracts/json.ts';

/**
 * What an input schema takes and what it makes of it, as far as JSON Schema can say it: fields, types, bounds, defaults. Functions in it (a
 * transform, a refinement) cannot be read from outside; what they do is seen where inputs are parsed, and a case's fingerprint is that of the
 * parsed input. Null for a schema that is none of zod's, which says nothing of itself.
 */
export function inputStructure(schema: z.ZodType<JsonObject>): JsonValue {
  try {
    const side = (io: 'input' | 'output') => z.toJSONSchema(schema, { io, unrepresentable: 'any', cycles: 'ref' });
    return JSON.parse(JSON.stringify({ takes: side('input'), gives: side('output') })) as JsonValue;
  } catch {
    return null;
  }
}
