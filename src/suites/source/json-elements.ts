/** Where a member of a JSON list stands. */
export interface JsonElement {
  readonly text: string;
  readonly line: number;
  /** True for a text that stops before the element does. */
  readonly cut: boolean;
}

/** Where to look for the list: at the top, or below these names, one inside the other. */
export type ListPath = readonly string[];

/**
 * The members of a list in a JSON text, one by one, without reading the whole: a broken one costs no other. Nothing when there is no such list.
 * Objects whose name is not on the path are passed over.
 */
export function* jsonElements(json: string, path: ListPath = []): Generator<JsonElement> {
  const start = listStart(json, path);
  if (start === undefined) return;
  let line = linesBefore(json, start);
  let counted = start;
  let from: number | undefined;
  const element = (end: number, cut: boolean): JsonElement => {
    const at = from ?? end;
    line += linesBetween(json, counted, at);
    counted = at;
    from = undefined;
    return { text: json.slice(at, end), line, cut };
  };
  let depth = 0;
  for (let at = start + 1; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (isBlank(character)) continue;
    if (character === comma && depth === 0) {
      if (from !== undefined) yield element(at, false);
      continue;
    }
    if (character === closedList && depth === 0) {
      if (from !== undefined) yield element(at, false);
      return;
    }
    from ??= at;
    if (character === quote) at = textEnd(json, at);
    else if (character === openObject || character === openList) depth += 1;
    else if (character === closedObject || character === closedList) depth -= 1;
  }
  if (from !== undefined) yield element(json.length, true);
}

/** The names at the top of a JSON object, in their order; none for anything else. */
export function topNames(json: string, most = 100): string[] {
  const names: string[] = [];
  for (const { name } of members(json, skipBlank(json, 0))) {
    names.push(name);
    if (names.length === most) break;
  }
  return names;
}

function listStart(json: string, path: ListPath): number | undefined {
  let at = skipBlank(json, 0);
  for (const wanted of path) {
    const found = members(json, at).find(({ name }) => name === wanted);
    if (!found) return undefined;
    at = found.value;
  }
  return json.charCodeAt(at) === openList ? at : undefined;
}

/** The members of the object that begins here. */
function* members(json: string, start: number): Generator<{ readonly name: string; readonly value: number }, undefined> {
  if (json.charCodeAt(start) !== openObject) return;
  let depth = 0;
  let isName = true;
  for (let at = start + 1; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (character === quote) {
      const end = textEnd(json, at);
      const colon = skipBlank(json, end + 1);
      if (depth === 0 && isName && json[colon] === ':') {
        yield { name: unquoted(json.slice(at, end + 1)), value: skipBlank(json, colon + 1) };
        isName = false;
      }
      at = end;
    } else if (character === openObject || character === openList) depth += 1;
    else if (character === closedObject || character === closedList) {
      if (depth === 0) return;
      depth -= 1;
    } else if (character === comma && depth === 0) isName = true;
  }
}

const [quote, backslash, comma, openObject, closedObject, openList, closedList] = [0x22, 0x5c, 0x2c, 0x7b, 0x7d, 0x5b, 0x5d];

/** Where the text that begins here ends. */
function textEnd(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (character === backslash) at += 1;
    else if (character === quote) return at;
  }
  return json.length;
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function isBlank(character: number): boolean {
  return character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09;
}

function skipBlank(json: string, from: number): number {
  let at = from;
  while (at < json.length && isBlank(json.charCodeAt(at))) at += 1;
  return at;
}

function linesBefore(json: string, at: number): number {
  return 1 + linesBetween(json, 0, at);
}

function linesBetween(json: string, from: number, to: number): number {
  let lines = 0;
  for (let at = json.indexOf('\n', from); at !== -1 && at < to; at = json.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
