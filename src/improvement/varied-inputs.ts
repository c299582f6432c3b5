import type { JsonObject, JsonValue } from '../contracts/json.ts';

/** Far enough to leave a bracket, near enough to be an input still. */
const factors = [0.4, 0.7, 1.5, 3];
/** Most figures of one input that are changed. */
const mostFields = 20;

/** An input with one of its figures, or of its yes and no, changed, for each of them in turn: what a policy says of all of them does not come from the input. */
export function variedInputs(input: JsonObject): JsonObject[] {
  return leavesOf(input)
    .slice(0, mostFields)
    .flatMap(({ path, value }) => {
      if (typeof value === 'boolean') return [withValue(input, path, !value)];
      if (value === 0) return [withValue(input, path, 1)];
      return factors.map((factor) => withValue(input, path, Number.isInteger(value) ? Math.round(value * factor) : value * factor));
    });
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: number | boolean;
}

function leavesOf(value: JsonValue, path: readonly string[] = []): Leaf[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [{ path, value }];
  if (value === null || typeof value !== 'object' || path.length > 5) return [];
  return Object.entries(value).flatMap(([key, entry]) => leavesOf(entry, [...path, key]));
}

function withValue(holder: JsonObject, path: readonly string[], value: number | boolean): JsonObject {
  const changed = structuredClone(holder);
  let at: JsonValue = changed;
  for (const key of path.slice(0, -1)) at = (at as JsonObject)[key] ?? null;
  (at as JsonObject)[path.at(-1) ?? ''] = value;
  return changed;
}
