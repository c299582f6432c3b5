import type { z } from 'zod';
import { contradictedName } from '../contracts/contradicted-name.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import { type Outcome, outcomeSchema } from '../contracts/trial.ts';
import { clipText } from '../text/clip-text.ts';
import { lastJson } from './last-json.ts';
import { shownValue } from './own-answer.ts';
import { twoValuesOf } from './read-decision.ts';

/**
 * How a decision is read from what an agent said, where that is not the decision as JSON: by the place in a JSON answer (`{ field: 'result.decision' }`),
 * by the named groups of a regular expression, by a zod schema that turns text into the decision, or by a function.
 */
export type ReadDecision = { readonly field: string } | RegExp | z.ZodType<unknown, string> | ((text: string) => unknown);

/** What was read: an answer as `readAnswer` takes it, whose decision its schema has yet to check. */
export type ReadText = { readonly decision: unknown; readonly [rest: string]: unknown } | { readonly outcome: unknown };

export interface Reading {
  readonly read: ReadDecision | undefined;
  /** The decision's own schema. */
  readonly schema: JsonObject;
  /** Who said it, for messages: `the output`. */
  readonly what: string;
}

/** Reads the decision of a text; what holds none has an outcome that says what came and what was expected. */
export function readText(text: string, reading: Reading): ReadText {
  const { read, what } = reading;
  if (text.trim() === '') return { outcome: { kind: 'no-decision', reason: `${capital(what)} is empty. Expected ${expected(reading)}.` } };
  if (read instanceof RegExp) return byExpression(text, read, reading);
  if (typeof read === 'function') return byFunction(text, read, reading);
  if (read && 'safeParse' in read) {
    const parsed = read.safeParse(text.trim());
    return parsed.success ? { decision: parsed.data } : invalid(text, ...parsed.error.issues.map(({ message }) => message));
  }
  const json = lastJson(text);
  if (!json)
    return invalid(text, `${what} is no JSON, and does not end with a JSON object on a line of its own. Logs belong to standard error`);
  const twice = contradictedName(json.text);
  if (twice) return invalid(text, twoValuesOf(twice));
  return read ? byField(json.value, read.field, reading) : asAnswer(json.value, reading);
}

/**
 * A JSON answer: the decision itself; or what a function agent returns, `{ decision }` or `{ outcome }` with `transcript` and `usage`, unless these are
 * names of the decision's own fields.
 */
export function asAnswer(value: unknown, { schema, what }: Pick<Reading, 'schema' | 'what'>): ReadText {
  if (!isObject(value)) return invalid(shownValue(value), `${what} is ${shownValue(value)}, expected an object`);
  const named = Object.keys(value);
  const isEnvelope = (named.includes('decision') || named.includes('outcome')) && named.every((name) => envelope.has(name));
  if (named.length === 0 || !isEnvelope || mayHave(schema, envelope)) return { decision: value };
  const outcome = value.outcome === undefined ? undefined : outcomeSchema.safeParse(value.outcome);
  if (outcome?.success === false) return invalid(shownValue(value), `"outcome" of ${what} is none that there is (${outcomeKinds})`);
  return value as ReadText;
}

const outcomeKinds = outcomeSchema.options.map(({ shape }) => shape.kind.value).join(', ');

const envelope: ReadonlySet<string> = new Set(['decision', 'outcome', 'transcript', 'usage']);

/** True where a schema may have a field of one of these names; one that is defined elsewhere may. */
function mayHave(schema: unknown, names: ReadonlySet<string>): boolean {
  if (!isObject(schema)) return false;
  if ('$ref' in schema) return true;
  if (isObject(schema.properties) && Object.keys(schema.properties).some((name) => names.has(name))) return true;
  return ['anyOf', 'oneOf', 'allOf'].some((key) => Array.isArray(schema[key]) && schema[key].some((each) => mayHave(each, names)));
}

function byField(value: unknown, field: string, { what }: Reading): ReadText {
  let at = value;
  for (const name of field.split('.')) {
    const next: unknown = Array.isArray(at) ? at[Number(name)] : isObject(at) ? ownField(at, name) : undefined;
    if (next === undefined || next === null) return invalid(shownValue(value), `${what} has no field "${field}"`);
    at = next;
  }
  // A model's answer is often JSON as text in JSON.
  const inner = typeof at === 'string' ? lastJson(at) : { value: at, text: '' };
  const twice = inner && contradictedName(inner.text);
  if (twice) return invalid(shownValue(value), twoValuesOf(twice));
  return inner && isObject(inner.value)
    ? { decision: inner.value }
    : invalid(shownValue(value), `"${field}" of ${what} is ${shownValue(at)}, expected an object`);
}

function byExpression(text: string, read: RegExp, { schema, what }: Reading): ReadText {
  const all = new RegExp(read.source, read.flags.includes('g') ? read.flags.replace('y', '') : `${read.flags.replace('y', '')}g`);
  const found = [...text.matchAll(all)].map(({ groups = {} }) => decisionOf(groups, schema));
  const different = new Set(found.map((decision) => JSON.stringify(decision)));
  if (found.length === 0) return invalid(text, `${what} does not match ${read}`);
  if (different.size > 1) return invalid(text, `${what} matches ${read} ${found.length} times, and not with one answer`);
  return { decision: found[0] };
}

/** Named groups as fields: as text, unless the decision's schema wants a number or a yes or no there. */
function decisionOf(groups: Readonly<Record<string, string | undefined>>, { properties }: JsonObject): JsonObject {
  const fields = isObject(properties) ? properties : {};
  return Object.fromEntries(
    Object.entries(groups).flatMap(([name, text]) => (text === undefined ? [] : [[name, typed(text, ownField(fields, name))]])),
  );
}

function typed(text: string, field: unknown): JsonValue {
  const type = isObject(field) ? field.type : undefined;
  if (type === 'boolean' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if ((type === 'number' || type === 'integer') && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text;
}

function byFunction(text: string, read: (text: string) => unknown, { what }: Reading): ReadText {
  let decision: unknown;
  try {
    decision = read(text);
  } catch (error) {
    return invalid(text, `${what} cannot be read: ${error instanceof Error ? `${error.name}: ${error.message}` : shownValue(error)}`);
  }
  if (decision instanceof Promise) {
    decision.catch(() => {});
    return invalid(text, `${what} cannot be read: "read" returned a promise, and must read at once`);
  }
  return decision === undefined || decision === null ? invalid(text, `${what} holds no decision that "read" finds`) : { decision };
}

function expected({ read }: Reading): string {
  if (read === undefined) return 'the decision as a JSON object';
  if (read instanceof RegExp) return `text that matches ${read}`;
  return 'field' in read ? `JSON with the field "${read.field}"` : 'text that "read" finds a decision in';
}

function invalid(text: string, ...issues: readonly string[]): { readonly outcome: Outcome } {
  return { outcome: { kind: 'invalid', text: clipText(text.trim(), 2000), issues: [...issues] } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> & JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
