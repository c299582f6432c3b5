import { z } from 'zod';
import type { JsonObject } from './json.ts';

/**
 * A JSON schema as zod reads it, with two differences: a field that is not there is not there, also when every object inherits something of
 * its name (an optional `constructor`, say), and a field `__proto__`, which zod would leave out without a word, is refused.
 */
export function fromJsonSchema(schema: JsonObject): z.ZodType {
  return z
    .preprocess(bare, z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]))
    .transform((value) => rebuilt(value, Object.prototype));
}

/** Deeper than any schema asks for, and far from the end of the stack. */
const deepest = 500;

type Refuse = (path: readonly PropertyKey[], message: string) => void;

/** The same value of objects that inherit nothing. */
function bare(value: unknown, context: z.RefinementCtx): unknown {
  return rebuilt(value, null, (path, message) => context.addIssue({ code: 'custom', path: [...path], message }));
}

/** A copy whose objects have the given prototype; instances of classes are left as they are. */
function rebuilt(value: unknown, prototype: object | null, refuse?: Refuse, path: readonly PropertyKey[] = []): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (path.length > deepest) {
    refuse?.(path.slice(0, 3), `nested more than ${deepest} deep`);
    return null;
  }
  if (Array.isArray(value)) return value.map((member, index) => rebuilt(member, prototype, refuse, [...path, index]));
  const own: unknown = Object.getPrototypeOf(value);
  if (own !== null && own !== Object.prototype) return value;
  const copy: Record<string, unknown> = Object.create(prototype);
  for (const [name, member] of Object.entries(value)) {
    if (name === '__proto__') refuse?.([...path, name], 'a field cannot have this name');
    else copy[name] = rebuilt(member, prototype, refuse, [...path, name]);
  }
  return copy;
}
