import type { JsonObject, JsonValue } from '../contracts/json.ts';

/** True for a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that holds something. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Tags as tools write them: a list of texts, or one text. */
export function tagsOf(value: JsonValue | undefined): string[] | undefined {
  const tags = (Array.isArray(value) ? value : [value]).flatMap((tag) => textOf(tag) ?? []);
  return tags.length > 0 ? tags : undefined;
}

/** The members of an object whose names are not among these; none of it is lost on a name that every object inherits. */
export function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** The value at a path: the name as it stands, else its parts between dots. */
export function valueAt(object: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(object, path)) return object[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    const member = Object.hasOwn(object, head) ? object[head] : undefined;
    const inner = typeof member === 'string' ? parsedObject(member) : member;
    if (isObject(inner)) {
      const found = valueAt(inner, path.slice(dot + 1));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A text that holds a JSON object or list, as exports write them into cells. */
export function parsedObject(text: string): JsonValue | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === 'object' ? (value ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}
