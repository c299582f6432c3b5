import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { ownField } from '../../contracts/own-field.ts';

/** What templates are filled with. */
export interface TemplateValues {
  readonly input: JsonObject;
  readonly version: JsonObject;
}

const placeholder = /\{((?:input|version)(?:\.[\w-]+)*)\}/g;

/**
 * A template with the values of a trial: `{input}`, `{input.customer.id}`, `{version.model}`. A text that is one placeholder and nothing else becomes the
 * value, of whatever type; within a text it is written as text. Other braces stay.
 * @param at for messages, as the beginning of a sentence
 * @throws {DocketError} when there is no such value
 */
export function fillTemplate(template: JsonValue, values: TemplateValues, at: string): JsonValue {
  if (typeof template === 'string') {
    const [whole, path] = /^\{((?:input|version)(?:\.[\w-]+)*)\}$/.exec(template) ?? [];
    return whole === undefined ? fillText(template, values, at) : valueAt(path ?? '', values, at);
  }
  if (Array.isArray(template)) return template.map((each) => fillTemplate(each, values, at));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, fillTemplate(value, values, at)]));
}

/** As `fillTemplate`, for a text; `encode` makes each value fit for its place. */
export function fillText(template: string, values: TemplateValues, at: string, encode: (text: string) => string = (text) => text): string {
  return template.replaceAll(placeholder, (_, path: string) => {
    const value = valueAt(path, values, at);
    return encode(typeof value === 'string' ? value : JSON.stringify(value));
  });
}

function valueAt(path: string, values: TemplateValues, at: string): JsonValue {
  let value: JsonValue | undefined = { input: values.input, version: values.version };
  for (const name of path.split('.')) {
    value = Array.isArray(value) ? value[Number(name)] : typeof value === 'object' && value !== null ? ownField(value, name) : undefined;
  }
  if (value === undefined)
    throw new DocketError(
      `${at} has the placeholder {${path}}, and this trial has no such value. For one that may be missing give a function.`,
    );
  return value;
}
