import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { isObject } from './json-values.ts';

/** The cells of any table, or of Docket's own, in which some texts are written as JSON. */
export type CellKind = 'table' | 'docket';

/** What is wrong at a place of an object. */
export interface TypeFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Gives texts the types that a schema wants: a text that could be a number, a yes or no or JSON is tried both ways, and the schema decides. What is
 * wrong either way is told for the text as it was read.
 * @param cells set for tables, in which everything is text; other files say a value's type, and a text there is tried as a value only where it is wrong
 */
export function typedObject(
  object: JsonObject,
  cells: CellKind | undefined,
  faultsOf: (object: JsonObject) => readonly TypeFault[],
): { readonly value: JsonObject; readonly faults: readonly TypeFault[] } {
  const first = mapLeaves(object, (leaf) => (cells ? typedLeaf(leaf, cells) : leaf));
  const faults = faultsOf(first);
  if (faults.length === 0) return { value: first, faults };
  const wrong = new Set(faults.map(({ path }) => JSON.stringify(path)));
  // The other way, where the first one is wrong.
  const second = mapLeaves(object, (leaf, path) => {
    return wrong.has(JSON.stringify(path)) !== (cells !== undefined) ? typedLeaf(leaf, cells ?? 'table') : leaf;
  });
  if (faultsOf(second).length === 0) return { value: second, faults: [] };
  // A fault of a choice between shapes names no place.
  return cells && faultsOf(object).length === 0 ? { value: object, faults: [] } : { value: first, faults };
}

function mapLeaves(value: JsonObject, change: (leaf: JsonValue, path: readonly PropertyKey[]) => JsonValue): JsonObject {
  const visit = (part: JsonValue, path: readonly PropertyKey[]): JsonValue =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).map(([name, member]) => [name, visit(member, [...path, name])]))
      : change(part, path);
  return visit(value, []) as JsonObject;
}

function typedLeaf(leaf: JsonValue, cells: CellKind): JsonValue {
  const value = asValue(leaf, cells);
  return value === undefined ? leaf : value;
}

/** The value that a text could stand for; undefined where it is just a text. */
function asValue(leaf: JsonValue, cells: CellKind): JsonValue | undefined {
  if (typeof leaf !== 'string') return undefined;
  const text = leaf.trim();
  if (cells === 'docket') {
    const written = parsed(leaf);
    if (written !== undefined) return written;
  }
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) {
    const number = Number(text);
    // A number that JSON could not keep (an account, an id) stays the text that it is.
    const kept = Number.isFinite(number) && (!/^-?\d+$/.test(text) || Number.isSafeInteger(number));
    return kept ? number : undefined;
  }
  return /^[{[]/.test(text) ? parsed(text) : undefined;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
