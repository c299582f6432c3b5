import type { JsonObject, JsonValue } from '../../index.ts';
import type { Judgement } from './judgement.ts';

const withoutSchema: JsonObject = {
  approved: { type: 'boolean' },
  max_loan: { type: 'number' },
  monthly_payment: { type: 'number' },
  reasoning: { type: 'string' },
};

/** The decision with exactly the fields that the schema asks for, each filled by what its name means. */
export function decisionFor(schema: JsonObject | undefined, judgement: Judgement, reasoning: string): JsonObject {
  const properties = (schema?.properties ?? withoutSchema) as Record<string, JsonObject>;
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, fieldFor(name, property, judgement, reasoning)]));
}

function fieldFor(name: string, property: JsonObject, { approved, maximumLoan, payment, dti }: Judgement, reasoning: string): JsonValue {
  if ('const' in property) return property.const as JsonValue;
  if (Array.isArray(property.enum)) return enumFor(property.enum, approved);
  switch (Array.isArray(property.type) ? property.type.find((type) => type !== 'null') : property.type) {
    case 'boolean':
      return /den(y|ied)|reject|declin/i.test(name) ? !approved : approved;
    case 'integer':
      return Math.round(numberFor(name, maximumLoan, payment, dti));
    case 'number':
      return numberFor(name, maximumLoan, payment, dti);
    case 'string':
      return reasoning;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return null;
  }
}

function numberFor(name: string, maximumLoan: number, payment: number, dti: number): number {
  if (/dti|ratio/i.test(name)) return dti;
  if (/payment/i.test(name)) return payment;
  return /loan|max|amount/i.test(name) ? maximumLoan : 0;
}

/** A verdict as a word: the one that reads as yes, or as no. */
function enumFor(values: readonly JsonValue[], approved: boolean): JsonValue {
  const wanted = approved ? /^(approv|accept|yes|grant)/i : /^(den|reject|declin|refus|no)/i;
  return values.find((value) => typeof value === 'string' && wanted.test(value)) ?? values[0] ?? null;
}
