import type { Agent } from '../agent/define-agent.ts';
import { parseInput } from '../agent/parse-input.ts';
import type { JsonObject } from '../contracts/json.ts';
import { type InputSource, nearBorder, numericFields } from './arbitrary-input.ts';

/**
 * Inputs that may be plainer than this one, each other in one number: as a case has it, or with fewer digits, and, where the agent has a policy, with another
 * number moved to the border that belongs to it. Inputs that the agent does not take are left out.
 */
export function* plainerInputs({ agent, inputs }: InputSource, input: JsonObject): Generator<JsonObject> {
  const fields = numericFields([input]);
  for (const field of fields) {
    for (const value of plainerValues(input[field] as number, inputs, field)) {
      const plainer = parseInput(agent, { ...input, [field]: value });
      if (!plainer.success) continue;
      yield plainer.data;
      if (agent.policy) yield* atBorders(agent, plainer.data, fields, field);
    }
  }
}

/** How much a person has to read of an input's numbers: their digits; what lies outside of all that the cases have counts as ten more. */
export function plainnessOf({ inputs }: InputSource, input: JsonObject): number {
  return numericFields([input]).reduce((sum, field) => {
    const value = input[field] as number;
    const known = inputs.flatMap((each) => (typeof each[field] === 'number' ? [each[field]] : []));
    const outside = known.length > 0 && (value < Math.min(...known) || value > Math.max(...known));
    return sum + String(value).replace(/^[0.]+|0+$|\D/g, '').length + (outside ? 10 : 0);
  }, 0);
}

function plainerValues(value: number, inputs: readonly JsonObject[], field: string): number[] {
  const fewer = [1, 2, 3, 4, 5].map((digits) => Number(value.toPrecision(digits)));
  const known = inputs.slice(0, 3).flatMap((each) => (typeof each[field] === 'number' ? [each[field]] : []));
  return [...new Set([...fewer, ...known])].filter((each) => each !== value);
}

function* atBorders(agent: Agent, input: JsonObject, fields: readonly string[], rounded: string): Generator<JsonObject> {
  for (const other of fields)
    if (other !== rounded) for (const side of ['below', 'above'] as const) yield nearBorder(agent, input, other, side);
}
