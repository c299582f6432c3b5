import { z } from 'zod';

/** Any value JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON object: what a tool receives, what an agent decides. */
export type JsonObject = { [key: string]: JsonValue };

/** Accepts any JSON value and hands it over as it is, a member called `__proto__` included; numbers must be finite. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.any().superRefine(refuseOther);

/** Accepts any JSON object and hands it over as it is. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z
  .any()
  .superRefine((value, context) => {
    if (isObject(value)) refuseOther(value, context);
    else context.addIssue({ code: 'custom', message: `Invalid input: expected a JSON object, received ${nameOf(value)}` });
  })
  .meta({ type: 'object' });

/** Deeper than any agent writes; a value that contains itself ends here, too. */
const deepest = 10_000;

interface Place {
  readonly value: unknown;
  readonly name: PropertyKey;
  readonly around: Place | undefined;
  readonly depth: number;
}

/** No recursion: what comes from outside may be nested deeper than the stack is. */
function refuseOther(whole: unknown, context: z.RefinementCtx): void {
  const open: Place[] = [{ value: whole, name: '', around: undefined, depth: 0 }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { value, depth } = place;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') continue;
    if (typeof value === 'number' && Number.isFinite(value)) continue;
    const members = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : undefined;
    if (!members || depth === deepest) {
      const message = members ? `nested more than ${deepest} deep` : `Invalid input: expected a JSON value, received ${nameOf(value)}`;
      context.addIssue({ code: 'custom', message, path: pathOf(place) });
      return;
    }
    for (const [name, member] of members) open.push({ value: member, name, around: place, depth: depth + 1 });
  }
}

function pathOf(place: Place): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let at: Place | undefined = place; at?.around; at = at.around) path.unshift(at.name);
  return path;
}

/** A class's own instances (a Date, a Map) are no JSON. */
function isObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? String(value) : typeof value;
}
