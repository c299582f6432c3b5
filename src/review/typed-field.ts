import { canonicalJson } from '../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { labelOf } from './readable-fields.ts';

/** A field as a form asks for it. */
export interface TypedField {
  readonly field: string;
  readonly label: string;
  readonly help?: string;
  /** `json`: what no simpler control can say, a list or an object. */
  readonly kind: 'yes-no' | 'choice' | 'number' | 'text' | 'json';
  /** Of a choice: each as JSON text, which is what is given back, and as it reads. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
}

/** What was typed, as a value; or why it is none, in plain words. */
export type ReadTyped = { readonly value: JsonValue } | { readonly fault: string };

/**
 * How a form asks for a field.
 * @param schemas its JSON schemas, one for each variant of the agent's tools that has it
 */
export function typedField(field: string, schemas: readonly JsonObject[]): TypedField {
  const [first = {}] = schemas;
  const help = typeof first.description === 'string' && first.description.trim() !== '' ? first.description.trim() : undefined;
  const said = { field, label: labelOf(field, first), ...(help === undefined ? {} : { help }) };
  const shapes = schemas.map(shapeOf);
  const [shape] = shapes;
  // Versions that want different kinds of values there are asked for by JSON, which can say all of them.
  const alike = shape && shapes.every(({ kind }) => kind === shape.kind);
  if (!shape || !alike) return { ...said, kind: 'json' };
  const isOptional = shapes.some(({ orNone }) => orNone);
  if (shape.kind !== 'choice' && shape.kind !== 'yes-no')
    return { ...said, kind: isOptional && shape.kind === 'number' ? 'json' : shape.kind };
  const values = new Map(shapes.flatMap(({ values }) => values).map((value) => [canonicalJson(value), value]));
  const choices = [...values, ...(isOptional && !values.has('null') ? [['null', null] as const] : [])].map(([value, choice]) => ({
    value,
    label: choice === null ? 'none' : choice === true ? 'yes' : choice === false ? 'no' : typeof choice === 'string' ? choice : value,
  }));
  return { ...said, kind: shape.kind, choices };
}

interface Shape {
  readonly kind: TypedField['kind'];
  readonly values: readonly JsonValue[];
  /** True when null is a value, too. */
  readonly orNone: boolean;
}

function shapeOf(schema: JsonObject): Shape {
  const { type, enum: listed, const: only, anyOf } = schema;
  if (Array.isArray(listed) && listed.length > 0 && listed.length <= 50) return { kind: 'choice', values: listed, orNone: false };
  if (only !== undefined) return { kind: 'choice', values: [only], orNone: false };
  const parts = Array.isArray(anyOf) ? anyOf.filter(isObject) : [];
  const other = parts.filter((part) => part.type !== 'null');
  if (other.length === 1 && parts.length === 2) return { ...shapeOf(other[0] ?? {}), orNone: true };
  const types = (Array.isArray(type) ? type : [type]).filter((each) => typeof each === 'string');
  const named = types.filter((each) => each !== 'null');
  const orNone = types.length > named.length;
  if (named.length !== 1) return { kind: 'json', values: [], orNone };
  switch (named[0]) {
    case 'boolean':
      return { kind: 'yes-no', values: [true, false], orNone };
    case 'number':
    case 'integer':
      return { kind: 'number', values: [], orNone };
    case 'string':
      // Text and nothing are told apart by JSON only.
      return { kind: orNone ? 'json' : 'text', values: [], orNone };
    default:
      return { kind: 'json', values: [], orNone };
  }
}

/** The value that somebody typed into a form; whether the field may have it is for its schema to say. */
export function readTyped({ kind, choices = [] }: TypedField, typed: string): ReadTyped {
  const text = typed.trim();
  switch (kind) {
    case 'yes-no':
    case 'choice':
      return choices.some(({ value }) => value === text)
        ? { value: JSON.parse(text) as JsonValue }
        : { fault: 'Choose one of the answers.' };
    case 'number':
      return readNumber(text);
    case 'text':
      return { value: typed };
    case 'json':
      return readJson(text);
  }
}

function readNumber(text: string): ReadTyped {
  if (!/^[-−]?\d+(?:\.\d+)?$/.test(text)) {
    const digits = text.replace(/[$€£%\s,']/g, '');
    const isMeant = /^-?\d+(?:\.\d+)?$/.test(digits);
    return { fault: `Write plain digits${isMeant ? `: ${digits}, if that is what you mean` : ', for example 85000 or 1250.50'}.` };
  }
  const plain = text.replace('−', '-');
  const value = Number(plain);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    return { fault: 'This number is too large to be kept exactly.' };
  return { value: value === 0 ? 0 : value };
}

function readJson(text: string): ReadTyped {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return { fault: 'Write a number, "words in quotation marks", true, false, null, a list [ … ] or an object { … }.' };
  }
}

/** A value as it stands in its control. */
export function typedAs({ kind }: Pick<TypedField, 'kind'>, value: JsonValue): string {
  if (kind === 'text' && typeof value === 'string') return value;
  return kind === 'yes-no' || kind === 'choice' ? canonicalJson(value) : JSON.stringify(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
