import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { deepestJson, tooDeepAt } from '../../contracts/json-depth.ts';

/** A JSON document that remembers where its members stand. */
export interface LocatedJson {
  readonly value: unknown;
  /** Line (from 1) of the member at a path, or of the nearest member around it. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** One thing wrong with a JSON text. */
export interface JsonFault {
  readonly line: number;
  readonly message: string;
}

/**
 * Parses strict JSON; comments, trailing commas and repeated keys are faults.
 * @returns what it holds, wherever the text can be read (of a repeated key the last value), and what is wrong with the text
 */
export function locateJson(text: string): { readonly json?: LocatedJson; readonly faults: readonly JsonFault[] } {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  // One sentence instead of one for every character.
  if (/^\ufeff|\0/.test(text)) return { faults: [{ line: 1, message: 'is not plain UTF-8: save it as UTF-8 without a byte order mark' }] };
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== undefined) return { faults: [{ line: lineAt(tooDeep), message: `nests deeper than ${deepestJson} levels` }] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const faults: JsonFault[] = errors.map(({ error, offset }) => ({
    line: lineAt(offset),
    message: `not valid JSON (${printParseErrorCode(error)})`,
  }));
  if (!root) return { faults: faults.length > 0 ? faults : [{ line: 1, message: 'the file is empty' }] };
  if (errors.length > 0) return { faults };
  for (const key of repeatedKeys(root)) faults.push({ line: lineAt(key.offset), message: `the key "${key.value}" appears twice` });
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = findNodeAtLocation(root, path.slice(0, length) as (string | number)[]);
      if (node) return lineAt(node.parent?.type === 'property' ? node.parent.offset : node.offset);
    }
    return lineAt(root.offset);
  };
  return { json: { value: plainValue(text, root), lineOf }, faults };
}

/** Read anew: the texts in a node are parts of the whole text, which would stay in memory with them. */
function plainValue(text: string, root: Node): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return getNodeValue(root);
  }
}

function repeatedKeys(node: Node): Node[] {
  const children = node.children ?? [];
  const inner = children.flatMap(repeatedKeys);
  if (node.type !== 'object') return inner;
  const keys = children.flatMap((property) => (property.children?.[0] ? [property.children[0]] : []));
  return [...keys.filter((key, index) => keys.findIndex(({ value }) => value === key.value) !== index), ...inner];
}
