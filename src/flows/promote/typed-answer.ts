import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { readableValue } from '../../review/readable-fields.ts';
import { readTyped, type TypedField } from '../../review/typed-field.ts';

/** What somebody typed into one field of a form. Pairs, because a field may be called `__proto__`. */
export interface TypedPair {
  readonly field: string;
  readonly typed: string;
}

/** A form as it was read. */
export interface ReadForm {
  /** What can stand. */
  readonly values: JsonObject;
  /** What cannot, field by field, in plain words. */
  readonly faults: readonly { readonly field: string; readonly fault: string }[];
  /** How a figure was understood, so that a zero too many is seen. */
  readonly shown: readonly { readonly field: string; readonly text: string }[];
}

/**
 * Reads what was typed; what is left empty is not said.
 * @param faultOf why a field cannot have a value; undefined when it can
 * @param schemaOf the field's JSON schema, for its unit
 */
export function readForm(
  form: readonly TypedField[],
  typed: readonly TypedPair[],
  faultOf: (field: string, value: JsonValue) => string | undefined,
  schemaOf: (field: string) => JsonObject | undefined = () => undefined,
): ReadForm {
  const values: [string, JsonValue][] = [];
  const faults: { field: string; fault: string }[] = [];
  const shown: { field: string; text: string }[] = [];
  for (const { field, typed: text } of typed) {
    if (text.trim() === '') continue;
    const asked = form.find((each) => each.field === field);
    const read = asked ? readTyped(asked, text) : { fault: 'There is no such field.' };
    const fault = 'fault' in read ? read.fault : faultOf(field, read.value);
    if (fault !== undefined) faults.push({ field, fault: inPlainWords(field, fault) });
    else if ('value' in read) {
      values.push([field, read.value]);
      if (typeof read.value === 'number') shown.push({ field, text: readableValue(field, read.value, schemaOf(field)) });
    }
  }
  return { values: Object.fromEntries(values), faults, shown };
}

/** The fault stands beside its field, so its name is not said again. */
function inPlainWords(field: string, fault: string): string {
  const plain = fault.startsWith(`${field}: `) ? fault.slice(field.length + 2) : fault;
  return plain
    .replace(/^Invalid input: expected (\w+), received \w+/, (_, wanted: string) => `Expected ${kinds.get(wanted) ?? wanted}`)
    .replace(/^Too big: expected (?:number|int) to be <=?\s*([^\s;]+)/, 'At most $1')
    .replace(/^Too small: expected (?:number|int) to be >=?\s*([^\s;]+)/, 'At least $1')
    .replace(/^Too big: expected string to have <=?\s*(\d+) characters/, 'At most $1 characters')
    .replace(/^Too small: expected string to have >=?\s*(\d+) characters/, 'At least $1 characters')
    .replace(/^Invalid input: expected /, 'Expected ');
}

const kinds = new Map([
  ['string', 'words'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'yes or no'],
  ['array', 'a list'],
  ['object', 'fields'],
]);
