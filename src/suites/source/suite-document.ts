import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonValue } from '../../contracts/json.ts';
import { deepestJson } from '../../contracts/json-depth.ts';

/** A YAML or JSON document that remembers where its members stand. */
export interface SuiteDocument {
  readonly value: JsonValue;
  /** Line (from 1) of the member at a path, or of the nearest member around it. */
  lineOf(path: readonly (string | number)[]): number;
}

/** How often an anchor may be repeated, and how many values a document may be once its aliases are written out. */
const limits = { aliases: 20_000, values: 5_000_000 };

/**
 * Reads a document. Tags of other languages make no objects: they are read as plain values.
 * @throws {DocketError} with file and line when it is no YAML, or grows without end once its aliases are written out
 */
export function suiteDocument(text: string, file: string): SuiteDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'silent', schema: 'core' });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    throw new DocketError(`${file}:${line}: ${error.message.split('\n')[0]}.`);
  }
  let value: JsonValue;
  try {
    value = (document.toJS({ maxAliasCount: limits.aliases }) ?? null) as JsonValue;
  } catch (cause) {
    throw new DocketError(`${file}: its aliases cannot be written out (${(cause as Error).message.split('\n')[0]}).`, { cause });
  }
  requireBounded(value, file);
  return {
    value,
    lineOf(path) {
      let node: Node | null = document.contents;
      let offset = node?.range?.[0] ?? 0;
      for (const step of path) {
        if (isAlias(node)) node = node.resolve(document) ?? null;
        const next: unknown = isMap(node)
          ? node.items.find(({ key }) => (isScalar(key) ? key.value === step : key === step))
          : isSeq(node) && typeof step === 'number'
            ? node.items[step]
            : undefined;
        if (next === undefined || next === null) break;
        const pair = next as { readonly key?: unknown; readonly value?: unknown };
        const at = isNode(next) ? next : pair.key;
        const member = isNode(next) ? next : pair.value;
        if (isNode(at)) offset = at.range?.[0] ?? offset;
        node = isNode(member) ? member : null;
      }
      return Math.max(1, lines.linePos(offset).line);
    },
  };
}

/** An anchor that is repeated is one object; written into files it is as many as it is repeated. */
function requireBounded(value: JsonValue, file: string): void {
  const sizes = new Map<object, number>();
  const size = (part: JsonValue, depth: number): number => {
    if (typeof part !== 'object' || part === null) return 1;
    if (depth > deepestJson) throw new DocketError(`${file}: nests deeper than ${deepestJson} levels.`);
    const known = sizes.get(part);
    if (known !== undefined) return known;
    let sum = 1;
    for (const member of Array.isArray(part) ? part : Object.values(part)) sum += size(member, depth + 1);
    if (sum > limits.values) throw new DocketError(`${file}: with its aliases written out it holds more than 5 million values.`);
    sizes.set(part, sum);
    return sum;
  };
  size(value, 0);
}
