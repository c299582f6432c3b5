import type { JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';

/** A list that is spread over attributes: its entries in order, each a map from the rest of the name to the value. */
export type IndexedEntries = readonly ReadonlyMap<string, JsonValue>[];

/**
 * Collects `<prefix>.<index>.<rest>` into entries. Indices only order them: a span that claims to have message 999999999 has one message.
 */
export function indexedEntries(attributes: Iterable<readonly [string, JsonValue]>, prefix: string): IndexedEntries {
  const entries = new Map<number, Map<string, JsonValue>>();
  for (const [name, value] of attributes) {
    if (!name.startsWith(`${prefix}.`)) continue;
    const found = /^(\d{1,9})\.(.+)$/s.exec(name.slice(prefix.length + 1));
    if (!found) continue;
    const index = Number(found[1]);
    const entry = entries.get(index) ?? new Map<string, JsonValue>();
    entry.set(found[2] ?? '', value);
    entries.set(index, entry);
  }
  return [...entries].sort(([one], [other]) => one - other).map(([, entry]) => entry);
}

/** All attributes of a span as pairs. */
export function pairsOf(span: RawSpan): [string, JsonValue][] {
  return Object.entries(span.attributes);
}
