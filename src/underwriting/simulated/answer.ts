import type { JsonObject, JsonValue } from '../../index.ts';
import type { Judgement } from './judgement.ts';
import type { Luck } from './luck.ts';

const withoutSchema: JsonObject = {
  approved: { type: 'boolean' },
  max_loan: { type: 'number' },
  monthly_payment: { type: 'number' },
  reasoning: { type: 'string' },
};

/** What is decided, with the figures that a description of a field can ask for instead. */
export interface Decided extends Judgement {
  readonly loan: number;
  readonly existingDebt: number;
}

/** The decision with the fields that the schema asks for, each filled by what its name and its description mean; one that it may leave out is left out now and then. */
export function decisionFor(schema: JsonObject | undefined, decided: Decided, reasoning: string, luck: Luck): JsonObject {
  const properties = (schema?.properties ?? withoutSchema) as Record<string, JsonObject>;
  const required = Array.isArray(schema?.required) ? schema.required : Object.keys(properties);
  const named = Object.entries(properties).filter(([name]) => required.includes(name) || luck.guess < 0.6);
  return Object.fromEntries(
    named.map(([name, property]) => [name, fieldFor(name, property, asDescribed(decided, name, property, luck), reasoning)]),
  );
}

/** A description that asks for another figure than the name does is followed every other time. */
function asDescribed(decided: Decided, name: string, { description }: JsonObject, { wording }: Luck): Judgement {
  const text = typeof description === 'string' ? description.toLowerCase() : '';
  const { approved, loan, maximumLoan, payment, existingDebt } = decided;
  if (wording < 0.5) return decided;
  if (/payment/i.test(name) && /total|existing|current|all debts?/.test(text) && /debts?/.test(text))
    return { ...decided, payment: existingDebt + (/total|all/.test(text) ? payment : 0) };
  if (!/loan/i.test(name)) return decided;
  if (/thousands? of/.test(text)) return { ...decided, maximumLoan: maximumLoan / 1000 };
  if (/\b(?:approved|granted|requested) (?:loan|amount)/.test(text)) return { ...decided, maximumLoan: approved ? loan : 0 };
  return /\b0 (?:if|when|where)\b/.test(text) && !approved ? { ...decided, maximumLoan: 0 } : decided;
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
