import { comparatorFault } from '../contracts/comparator.ts';
import { harmSchema } from '../contracts/decision-rules.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { fromJsonSchema } from '../contracts/from-json-schema.ts';
import type { JsonObject } from '../contracts/json.ts';
import { decisionScorerOf } from '../contracts/scorer.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { decisionFieldsOf } from './decision-fields.ts';
import { type RuledAgent, rulesOf } from './rules-of.ts';

/**
 * Checks what an agent says of its decisions: that comparators are some, of fields that there are and that they can compare, and that what is declared
 * as harm can be decided.
 * @throws {DocketError} naming what is wrong
 */
export function checkRules(agent: RuledAgent): void {
  const at = `agent "${agent.name}"`;
  const rules = rulesOf(agent);
  const fields = fieldsOf(agent);
  if (agent.compare !== undefined && !isObject(agent.compare))
    throw new DocketError(`${at}: "compare" is no object of comparators by field.`);
  for (const [path, comparator] of Object.entries(agent.compare ?? {})) {
    const where = `${at}: compare["${path}"]`;
    const fault = comparatorFault(comparator);
    if (fault !== undefined) throw new DocketError(`${where} ${fault}`);
    const schemas = schemasOf(fields, path);
    if (fields.size > 0 && !schemas) {
      const [field = ''] = path.split('.');
      throw new DocketError(`${where} names the decision field "${field}", which no decision has.${didYouMean(field, fields.keys())}`);
    }
    const numeric = typeof comparator === 'object' && 'tolerance' in comparator;
    if (numeric && schemas && schemas.length > 0 && schemas.every(isText)) {
      throw new DocketError(`${where} has a tolerance, but the field is text. Use "money" or "date", or a function of your own.`);
    }
  }
  const scorer = decisionScorerOf(agent.scorers);
  if (scorer?.rules && rules.approvalField === undefined) {
    throw new DocketError(
      `${at}: nothing says which field says what was decided. Add approvalField to the agent; its decisions have ${[...fields.keys()].join(', ') || 'no fields by their schema'}.`,
    );
  }
  checkHarm(agent, at, rules.approvalField, fields);
}

function checkHarm({ harm }: RuledAgent, at: string, approvalField: string | undefined, fields: ReadonlyMap<string, JsonObject[]>): void {
  if (harm === undefined) return;
  if (approvalField === undefined)
    throw new DocketError(`${at}: "harm" speaks of what is decided, and nothing says in which field. Add approvalField.`);
  if (!Array.isArray(harm)) throw new DocketError(`${at}: "harm" is no list of {expected, decided, weight}.`);
  const schemas = (fields.get(approvalField) ?? []).map((schema) => fromJsonSchema(schema));
  for (const [index, each] of harm.entries()) {
    const parsed = harmSchema.safeParse(each);
    const which = `${at}: harm ${index + 1} of ${harm.length}`;
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new DocketError(
        `${which}: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}. Expected {expected, decided, weight}.`,
      );
    }
    for (const side of ['expected', 'decided'] as const) {
      const value = parsed.data[side];
      if (schemas.length === 0 || schemas.some((schema) => schema.safeParse(value).success)) continue;
      const values = (fields.get(approvalField) ?? []).flatMap((schema) => (Array.isArray(schema.enum) ? schema.enum.map(String) : []));
      throw new DocketError(
        `${which}: ${side} is ${JSON.stringify(value)}, which ${approvalField} cannot be.${values.length === 0 ? '' : didYouMean(String(value), new Set(values))}`,
      );
    }
  }
}

/** The fields of any decision with their schemas; empty where one decision's schema names none, so that nothing can be said. */
function fieldsOf({ toolVariants }: RuledAgent): Map<string, JsonObject[]> {
  const all = new Map<string, JsonObject[]>();
  for (const { decisionJsonSchema } of Object.values(toolVariants)) {
    const fields = decisionFieldsOf(decisionJsonSchema);
    if (fields.size === 0) return new Map();
    for (const [field, schemas] of fields) all.set(field, [...(all.get(field) ?? []), ...schemas]);
  }
  return all;
}

/** The schemas of what a path names; an empty list where it goes into what its schema does not describe, undefined where there is no such field. */
function schemasOf(fields: ReadonlyMap<string, JsonObject[]>, path: string): readonly JsonObject[] | undefined {
  const whole = fields.get(path);
  if (whole) return whole;
  const [field = '', ...deeper] = path.split('.');
  let schemas = fields.get(field);
  for (const step of deeper) {
    if (!schemas) return undefined;
    const below: JsonObject[] = schemas.flatMap((schema) => {
      if (step === '*') return isObject(schema.items) ? [schema.items] : [];
      return decisionFieldsOf(schema).get(step) ?? [];
    });
    const described = schemas.some((schema) => step === '*' || decisionFieldsOf(schema).size > 0);
    if (below.length === 0 && described && step !== '*') return undefined;
    schemas = below;
  }
  return schemas;
}

function isText({ type, enum: values }: JsonObject): boolean {
  return type === 'string' || (Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'string'));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
