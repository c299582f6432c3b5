import { getNodeValue, type Node, parseTree } from 'jsonc-parser';
import { canonicalJson } from './canonical-json.ts';
import type { JsonValue } from './json.ts';
import { tooDeepAt } from './json-depth.ts';

/** A name that stands twice in one object of a JSON text, with different values. */
export interface ContradictedName {
  /** `payout.value`. */
  readonly path: string;
  readonly values: readonly [JsonValue, JsonValue];
}

/** Longest text that is looked through. */
const longest = 1_000_000;
const names = /"((?:[^"\\]|\\.)*)"\s*:/g;

/** The first name to which a JSON text gives two different values, of which `JSON.parse` silently keeps the last; undefined where none has. */
export function contradictedName(text: string): ContradictedName | undefined {
  if (text.length > longest || !hasRepeatedName(text) || tooDeepAt(text) !== undefined) return undefined;
  const root = parseTree(text);
  return root && contradictedIn(root, '');
}

function hasRepeatedName(text: string): boolean {
  const seen = new Set<string>();
  for (const [, name = ''] of text.matchAll(names)) {
    // One that is written with escapes may be another one's twin.
    if (seen.has(name) || name.includes('\\')) return true;
    seen.add(name);
  }
  return false;
}

function contradictedIn({ type, children = [] }: Node, path: string): ContradictedName | undefined {
  const values = new Map<string, JsonValue>();
  for (const child of children) {
    const [key, node] = type === 'object' ? (child.children ?? []) : [undefined, child];
    if (!node) continue;
    const name = key ? String(key.value) : '';
    const at = key ? [path, name].filter(Boolean).join('.') : path;
    if (key) {
      const value = getNodeValue(node) as JsonValue;
      const earlier = values.get(name);
      if (earlier !== undefined && canonicalJson(earlier) !== canonicalJson(value)) return { path: at, values: [earlier, value] };
      values.set(name, value);
    }
    const inner = contradictedIn(node, at);
    if (inner) return inner;
  }
  return undefined;
}
