import type { JsonObject, JsonValue } from '../../index.ts';
import type { Conversation, OfferedTool } from './conversation.ts';

/** A call the simulated underwriter makes. */
export interface SimulatedToolCall {
  readonly type: 'tool_use';
  readonly name: string;
  readonly input: JsonObject;
}

/**
 * The tools it calls, all in one turn. Told to call all of them it does; left alone it always looks up debt and credit,
 * and leaves out whatever else there is when `skipsExtras`.
 */
export function chooseToolCalls(
  conversation: Conversation,
  options: { readonly all: boolean; readonly skipsExtras: boolean },
): SimulatedToolCall[] {
  const tools = conversation.tools.filter(({ description }) => !(options.skipsExtras && discouraged.test(description)));
  const needed = options.all || !options.skipsExtras ? tools : tools.filter(isLookUp);
  return (needed.length > 0 ? needed : tools).map(({ name, inputSchema }) => ({
    type: 'tool_use',
    name,
    input: valueFor(inputSchema, '', conversation, 0) as JsonObject,
  }));
}

/** What a description says of a tool that is not to be used, whatever the prompt asks for. */
const discouraged =
  /\b(?:deprecated|obsolete|do not (?:use|call)|don't (?:use|call)|not to be used|unreliable|inaccurate|out of order|(?:figures|results) are wrong)\b/i;

function isLookUp({ name, description }: OfferedTool): boolean {
  const lookUp = /dti|debt|credit|score|risk/i;
  const extra = /max(?:imum)?[_ -]?loan|largest loan/i;
  return lookUp.test(name) || (lookUp.test(description) && !extra.test(`${name} ${description}`));
}

const deepest = 8;

/** Arguments that the schema accepts: the loan where a number is about it, else the plainest value allowed. */
function valueFor(schema: JsonObject, name: string, conversation: Conversation, depth: number): JsonValue {
  if ('const' in schema) return schema.const as JsonValue;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  const alternatives = [schema.anyOf, schema.oneOf, schema.allOf].find(Array.isArray);
  if (alternatives && depth < deepest) return valueFor(alternatives[0] as JsonObject, name, conversation, depth + 1);
  switch (Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type) {
    case 'object':
      return depth < deepest ? objectFor(schema, conversation, depth) : {};
    case 'array':
      return Array.from({ length: Math.min(Number(schema.minItems ?? 0), 16) }, () =>
        valueFor((schema.items ?? {}) as JsonObject, name, conversation, depth + 1),
      );
    case 'integer':
      return Math.round(numberFor(schema, name, conversation));
    case 'number':
      return numberFor(schema, name, conversation);
    case 'string':
      return textFor(schema, name, conversation);
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function objectFor(schema: JsonObject, conversation: Conversation, depth: number): JsonObject {
  const properties = (schema.properties ?? {}) as JsonObject;
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => required.includes(key))
      .map(([key, value]) => [key, valueFor(value as JsonObject, key, conversation, depth + 1)]),
  );
}

function numberFor(schema: JsonObject, name: string, { loanAmount }: Conversation): number {
  const step = schema.type === 'integer' ? 1 : 0.01;
  const least = Number(schema.minimum ?? Number(schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) + step);
  const most = Number(schema.maximum ?? Number(schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY) - step);
  const wanted = /loan|amount|principal|request/i.test(`${name} ${schema.description ?? ''}`) ? (loanAmount ?? 0) : 0;
  return Math.min(Math.max(wanted, least), most);
}

function textFor(schema: JsonObject, name: string, { userMessage }: Conversation): string {
  const text = /message|request|application|query|question|text/i.test(name) ? userMessage : '';
  return text.padEnd(Number(schema.minLength ?? 0), '-').slice(0, Number(schema.maxLength ?? text.length + 256));
}
