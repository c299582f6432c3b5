import type { Agent } from '../agent/define-agent.ts';
import { parseInput } from '../agent/parse-input.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { largestOf, smallestOf } from '../stats/extremes.ts';
import { type InputSource, nearBorder, numericFields } from './arbitrary-input.ts';

/**
 * Inputs that may be plainer than this one, each other in one field: as a case has it, with fewer digits, a shorter text or list, or without it; and, where
 * the agent has a policy, with another number moved to the border that belongs to it. Inputs that the agent does not take are left out.
 */
export function* plainerInputs({ agent, inputs }: InputSource, input: JsonObject): Generator<JsonObject> {
  const fields = numericFields([input]);
  for (const field of Object.keys(input)) {
    for (const value of plainerFields(input, inputs, field)) {
      const plainer = parseInput(agent, value);
      if (!plainer.success) continue;
      yield plainer.data;
      if (agent.policy) yield* atBorders(agent, plainer.data, fields, field);
    }
  }
}

/** How much a person has to read of an input: digits, letters and fields; a number outside of all that the cases have counts as ten more. */
export function plainnessOf({ inputs }: InputSource, input: JsonObject): number {
  return Object.entries(input).reduce((sum, [field, value]) => {
    if (typeof value !== 'number') return sum + 1 + sizeOf(value);
    const known = inputs.flatMap((each) => (typeof each[field] === 'number' ? [each[field]] : []));
    const outside = known.length > 0 && (value < smallestOf(known) || value > largestOf(known));
    return sum + sizeOf(value) + (outside ? 10 : 0);
  }, 0);
}

function sizeOf(value: JsonValue): number {
  if (typeof value === 'number') return String(value).replace(/^[0.]+|0+$|\D/g, '').length;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return value === true ? 1 : 0;
  return Object.values(value).reduce((sum: number, each) => sum + 1 + sizeOf(each), 0);
}

function plainerFields(input: JsonObject, inputs: readonly JsonObject[], field: string): JsonObject[] {
  const value = input[field] as JsonValue;
  const known = inputs.slice(0, 3).flatMap((each) => (Object.hasOwn(each, field) ? [each[field] as JsonValue] : []));
  const { [field]: _, ...without } = input;
  const plainer = [...plainerValues(value), ...(typeof value === 'number' ? known.filter((each) => typeof each === 'number') : known)];
  return [
    ...(typeof value === 'number' ? [] : [without]),
    ...plainer.filter((each, index) => each !== value && plainer.indexOf(each) === index).map((each) => ({ ...input, [field]: each })),
  ];
}

function plainerValues(value: JsonValue): JsonValue[] {
  if (typeof value === 'number') return [1, 2, 3, 4, 5].map((digits) => Number(value.toPrecision(digits)));
  if (typeof value === 'boolean') return value ? [false] : [];
  if (typeof value === 'string') return shorter([...value]).map((letters) => letters.join(''));
  if (Array.isArray(value))
    return [
      ...shorter(value),
      ...value.flatMap((each, index) => plainerValues(each).map((plainer) => value.map((other, at) => (at === index ? plainer : other)))),
    ];
  if (value === null) return [];
  return Object.entries(value).flatMap(([name, each]): JsonValue[] => {
    const { [name]: _, ...without } = value;
    return [without, ...plainerValues(each).map((plainer) => ({ ...value, [name]: plainer }))];
  });
}

/** Nothing, either half, and all but each of at most eight parts. */
function shorter<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [];
  const half = Math.ceil(items.length / 2);
  const part = Math.ceil(items.length / 8);
  const cuts = Array.from({ length: Math.ceil(items.length / part) }, (_, index) => [
    ...items.slice(0, index * part),
    ...items.slice((index + 1) * part),
  ]);
  return [[], items.slice(0, half), items.slice(half), ...cuts].filter(({ length }) => length < items.length);
}

function* atBorders(agent: Agent, input: JsonObject, fields: readonly string[], rounded: string): Generator<JsonObject> {
  for (const other of fields)
    if (other !== rounded) for (const side of ['below', 'above'] as const) yield nearBorder(agent, input, other, side);
}
