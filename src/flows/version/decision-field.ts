import { applyEdits, modify, parse } from 'jsonc-parser';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';

/**
 * A decision's schema, as its file has it, with more said of one field. A field that is new stands before the last one, which is mostly the reasoning, and is
 * required where all others are.
 * @param name field, or a path to one (`payout.amount`)
 * @throws {DocketError} where the schema has no place for it
 */
export function withField(text: string, id: string, name: string, said: JsonObject): string {
  const names = name.split('.');
  const field = names.pop() ?? name;
  const path = names.flatMap((each) => ['properties', each]);
  const around = at(parse(text) as JsonValue, path);
  const properties = around?.properties;
  if (!isObject(around) || !isObject(properties))
    throw new DocketError(
      `${id} says something of the field ${name}, and the decision's schema has no properties there. Nothing was written.`,
    );
  const there = Object.hasOwn(properties, field) ? properties[field] : undefined;
  const value = isObject(there)
    ? { ...said, ...there, ...(said.description === undefined ? {} : { description: said.description }) }
    : said;
  const before = Math.max(0, Object.keys(properties).length - 1);
  const options = { formattingOptions: { insertSpaces: true, tabSize: 2 } };
  const withValue = applyEdits(text, modify(text, [...path, 'properties', field], value, { ...options, getInsertionIndex: () => before }));
  const { required } = around;
  const isAll = Array.isArray(required) && Object.keys(properties).every((each) => required.includes(each));
  if (there !== undefined || !isAll) return withValue;
  const place = Math.max(0, required.length - 1);
  return applyEdits(withValue, modify(withValue, [...path, 'required', place], field, { ...options, isArrayInsertion: true }));
}

function at(value: JsonValue | undefined, path: readonly string[]): JsonObject | undefined {
  const found = path.reduce<JsonValue | undefined>(
    (inner, name) => (isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    value,
  );
  return isObject(found) ? found : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
