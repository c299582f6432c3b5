import fc from 'fast-check';
import { z } from 'zod';
import type { Agent } from '../agent/define-agent.ts';
import { parseInput } from '../agent/parse-input.ts';
import { canonicalJson } from '../contracts/canonical-json.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';

/** What inputs are made from: the agent's schema, policy and boundaries, and the inputs of its cases. */
export interface InputSource {
  readonly agent: Agent;
  readonly inputs: readonly JsonObject[];
}

/**
 * Inputs that the agent's schema takes, as it parses them: some at random, many near values that the schema, the cases or the agent's `boundaries`
 * name, and, where the agent has a policy, many on either side of a border at which the policy's answer changes.
 */
export function arbitraryInput(source: InputSource): fc.Arbitrary<JsonObject> {
  const { agent } = source;
  const taken = anyInput(source).filter((input) => parseInput(agent, input).success);
  return withBorders(
    source,
    taken.map((input) => parsed(agent, input)),
  );
}

/**
 * Inputs made in the same way of which some may be none that the agent takes: who asks for these has to look, and can count them.
 * @throws {DocketError} where there is nothing to make an input from: no case, no schema that can be read, and no inputs declared with the agent
 */
export function proposedInput(source: InputSource): fc.Arbitrary<JsonObject> {
  return withBorders(source, anyInput(source));
}

function anyInput(source: InputSource): fc.Arbitrary<JsonObject> {
  const { agent, inputs } = source;
  const schema = schemaOf(agent);
  const made = agent.arbitraryInput ?? (schema?.type === 'object' ? objectOf(schema, source) : undefined);
  const known = inputs.length > 0 ? fc.constantFrom(...inputs) : undefined;
  if (made && known)
    return fc.oneof({ arbitrary: made, weight: 3 }, { arbitrary: fc.tuple(known, made, fc.nat()).map(oneFieldOther), weight: 2 });
  const only = made ?? known;
  if (only) return only;
  throw new DocketError(
    `There is nothing to make inputs of "${agent.name}" from: it has no case, and its input schema is none that can be read as one of an object. Declare them with the agent, in "arbitraryInput".`,
  );
}

function withBorders({ agent, inputs }: InputSource, anywhere: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  const numbers = inputs.length > 0 ? numericFields(inputs) : numericProperties(schemaOf(agent));
  if (!agent.policy || numbers.length === 0) return anywhere;
  const atBorder = fc
    .tuple(anywhere, fc.constantFrom(...numbers), fc.constantFrom<Side>('below', 'above'))
    .map(([input, field, side]) => nearBorder(agent, input, field, side));
  return fc.oneof({ arbitrary: anywhere, weight: 2 }, { arbitrary: atBorder, weight: 3 });
}

/** The inputs of the cases, and each of them with one number at one of the agent's `boundaries`, or a step beside it. */
export function boundaryInputs({ agent, inputs }: InputSource): JsonObject[] {
  const beside = Object.entries(agent.boundaries ?? {}).flatMap(([field, values]) =>
    inputs.flatMap((input) =>
      values.flatMap((value) => [value - 1, value, value + 1].map((number): JsonObject => ({ ...input, [field]: number }))),
    ),
  );
  return [...inputs, ...beside].flatMap((input) => {
    const end = parseInput(agent, input);
    return end.success ? [end.data] : [];
  });
}

/** Every input that the schema takes, where there are at most so many of them; undefined where there are more, or nobody can say. */
export function allInputs(agent: Agent, most: number): readonly JsonObject[] | undefined {
  const schema = schemaOf(agent);
  const values = schema && allValues(schema, most);
  if (!values) return undefined;
  const taken = values.flatMap((value) => {
    const end = parseInput(agent, value);
    return end.success ? [end.data] : [];
  });
  return taken.length > 0 ? taken : undefined;
}

function schemaOf({ input }: Agent): JsonObject | undefined {
  try {
    return JSON.parse(JSON.stringify(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any', cycles: 'ref' }))) as JsonObject;
  } catch {
    return undefined;
  }
}

function parsed(agent: Agent, input: JsonObject): JsonObject {
  const end = parseInput(agent, input);
  return end.success ? end.data : input;
}

function objectOf({ properties, required }: JsonObject, source: InputSource): fc.Arbitrary<JsonObject> {
  const fields = Object.entries((properties ?? {}) as Record<string, JsonObject>);
  const needed = Array.isArray(required) ? (required as string[]) : [];
  return fc.record(Object.fromEntries(fields.map(([name, schema]) => [name, arbitraryValue(schema, source, name)])), {
    requiredKeys: needed.filter((name) => fields.some(([field]) => field === name)),
  }) as fc.Arbitrary<JsonObject>;
}

function arbitraryValue(schema: JsonObject, source: InputSource, field?: string): fc.Arbitrary<JsonValue> {
  if ('const' in schema) return fc.constant(schema.const as JsonValue);
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return fc.constantFrom(...schema.enum);
  const alternatives = [schema.anyOf, schema.oneOf].find(Array.isArray) as JsonObject[] | undefined;
  if (alternatives && alternatives.length > 0) return fc.oneof(...alternatives.map((each) => arbitraryValue(each, source, field)));
  const seen = source.inputs.flatMap((input) => (field !== undefined && Object.hasOwn(input, field) ? [input[field] as JsonValue] : []));
  switch (schema.type) {
    case 'integer':
    case 'number':
      return numberOf(
        schema,
        seen.filter((value) => typeof value === 'number'),
        field === undefined ? [] : (source.agent.boundaries?.[field] ?? []),
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return seen.length > 0 ? fc.oneof(fc.constantFrom(...seen), textOf(schema)) : textOf(schema);
    case 'array': {
      const { minItems = 0, maxItems } = schema;
      const most = Math.min(Number(maxItems ?? Number(minItems) + 3), Number(minItems) + 5);
      return fc.array(arbitraryValue((schema.items ?? { type: 'null' }) as JsonObject, source), {
        minLength: Number(minItems),
        maxLength: most,
      });
    }
    case 'object':
      return objectOf(schema, source);
    default:
      return seen.length > 0 ? fc.constantFrom(...seen) : fc.constant(null);
  }
}

function textOf({ minLength = 0, maxLength }: JsonObject): fc.Arbitrary<string> {
  return fc.string({ minLength: Number(minLength), maxLength: Math.min(Number(maxLength ?? 40), Number(minLength) + 40) });
}

/** Cents, or whole numbers; of any size, and near what is known. */
function numberOf(schema: JsonObject, seen: readonly number[], boundaries: readonly number[]): fc.Arbitrary<number> {
  const step = schema.type === 'integer' ? 1 : 0.01;
  const largest = Math.max(1000, ...seen.map(Math.abs), ...boundaries.map(Math.abs)) * 10;
  const least = Number(
    schema.minimum ??
      (schema.exclusiveMinimum === undefined ? (seen.some((value) => value < 0) ? -largest : 0) : Number(schema.exclusiveMinimum) + step),
  );
  const most = Math.min(
    Number(schema.maximum ?? (schema.exclusiveMaximum === undefined ? largest : Number(schema.exclusiveMaximum) - step)),
    1e12,
  );
  const low = Math.max(least, -1e12);
  const rounded = (value: number) => Number(Math.min(Math.max(Math.round(value / step) * step, low), most).toFixed(2));
  const around = (values: readonly number[]) => [
    ...new Set(values.flatMap((value) => [value, value - step, value + step, value - 1, value + 1].map(rounded))),
  ];
  return fc.oneof(
    ...(boundaries.length === 0 ? [] : [{ arbitrary: fc.constantFrom(...around(boundaries)), weight: 3 }]),
    { arbitrary: fc.constantFrom(...around([...seen, low, most])), weight: 2 },
    { arbitrary: fc.integer({ min: Math.ceil(low), max: Math.floor(Math.max(low, most)) }).map(rounded), weight: 1 },
    { arbitrary: fc.integer({ min: 0, max: 1000 }).map((part) => rounded(low + (most - low) * (part / 1000) ** 3)), weight: 2 },
  );
}

/** A case's input with one field of another one: what is usual but for one thing. */
function oneFieldOther([known, made, choice]: readonly [JsonObject, JsonObject, number]): JsonObject {
  // What a project declares may make anything.
  const names = Object.keys(made ?? {});
  const name = names[choice % Math.max(1, names.length)];
  return name === undefined ? known : { ...known, [name]: made[name] as JsonValue };
}

export function numericFields(inputs: readonly JsonObject[]): string[] {
  const [first = {}] = inputs;
  return Object.keys(first).filter((name) => inputs.every((input) => typeof input[name] === 'number'));
}

function numericProperties(schema: JsonObject | undefined): string[] {
  return Object.entries((schema?.properties ?? {}) as Record<string, JsonObject>).flatMap(([name, { type }]) =>
    type === 'number' || type === 'integer' ? [name] : [],
  );
}

export type Side = 'below' | 'above';

/** How far a border may be from a value, as its multiple. */
const reaches = [1000, 10, 2, 1.4, 1.2, 1.1, 1.03];

/**
 * The input with one number moved to where the policy's answer changes; as it was where that number changes nothing. The border is found by halving, to a
 * cent or to one.
 */
export function nearBorder(agent: Agent, input: JsonObject, field: string, side: Side): JsonObject {
  const value = input[field];
  if (typeof value !== 'number') return input;
  const step = Number.isInteger(value) && !parseInput(agent, { ...input, [field]: value + 0.5 }).success ? 1 : 0.01;
  // In whole steps, so that the two sides are neighbours.
  const at = (steps: number) => ({ ...input, [field]: Number((steps * step).toFixed(2)) });
  const answer = (steps: number) => {
    const end = parseInput(agent, at(steps));
    return end.success ? choiceOf(agent, end.data) : undefined;
  };
  const start = Math.round(value / step);
  const here = answer(start);
  // A field with bounds takes no end that is far away.
  for (const end of reaches.flatMap((reach) => [Math.round(start * reach) + 1, Math.round(start / reach) - 1])) {
    const there = answer(end);
    if (there === undefined || here === undefined || there === here) continue;
    let [same, other] = [start, end];
    while (Math.abs(other - same) > 1) {
      const middle = Math.trunc((same + other) / 2);
      if (answer(middle) === here) same = middle;
      else other = middle;
    }
    return parsed(agent, at((side === 'below') === same < other ? same : other));
  }
  return input;
}

/** What of the policy's decision is a choice, and no figure; undefined also where the policy has no answer. */
function choiceOf({ policy, approvalField }: Agent, input: JsonObject): string | undefined {
  let decision: JsonObject | undefined;
  try {
    decision = policy?.(input);
  } catch {
    return undefined;
  }
  if (!decision) return undefined;
  if (approvalField !== undefined) return String(decision[approvalField]);
  return canonicalJson(Object.fromEntries(Object.entries(decision).filter(([, value]) => typeof value !== 'number')) as JsonObject);
}

function allValues(schema: JsonObject, most: number): JsonValue[] | undefined {
  if ('const' in schema) return [schema.const as JsonValue];
  if (Array.isArray(schema.enum)) return schema.enum.length <= most ? [...schema.enum] : undefined;
  switch (schema.type) {
    case 'boolean':
      return [false, true];
    case 'null':
      return [null];
    case 'integer': {
      const [low, high] = [Number(schema.minimum ?? Number.NaN), Number(schema.maximum ?? Number.NaN)];
      if (!(high - low < most)) return undefined;
      return Array.from({ length: high - low + 1 }, (_, index) => low + index);
    }
    case 'object': {
      if (schema.additionalProperties !== false) return undefined;
      const required = Array.isArray(schema.required) ? schema.required : [];
      let all: JsonObject[] = [{}];
      for (const [name, field] of Object.entries((schema.properties ?? {}) as Record<string, JsonObject>)) {
        const values = allValues(field, most);
        if (!values) return undefined;
        const choices = [...(required.includes(name) ? [] : [undefined]), ...values];
        if (all.length * choices.length > most) return undefined;
        all = all.flatMap((begun) => choices.map((value) => (value === undefined ? begun : { ...begun, [name]: value })));
      }
      return all;
    }
    default:
      return undefined;
  }
}
