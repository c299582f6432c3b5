import type { JsonValue } from '../../../contracts/json.ts';

/** One place at which two values differ. `undefined` where a side has nothing there. */
export interface LeafDifference {
  readonly path: readonly string[];
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** Every place at which two JSON values differ, as deep as both have something there. Lists are compared place by place. */
export function leafDifferences(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: readonly string[] = [],
): LeafDifference[] {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
    return [...new Set([...one.keys(), ...other.keys()])].flatMap((key) => leafDifferences(one.get(key), other.get(key), [...path, key]));
  }
  return before === after ? [] : [{ path, before, after }];
}

function isBranch(value: JsonValue | undefined): value is JsonValue[] | { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null;
}
