import { basename } from 'node:path';
import type { z } from 'zod';
import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { parseInput } from '../../agent/parse-input.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { caseSchema } from '../../contracts/case.ts';
import { type Comparator, type Comparators, comparatorFault } from '../../contracts/comparator.ts';
import { sameValue } from '../../contracts/compare-values.ts';
import { dateIn } from '../../contracts/date-value.ts';
import type { DecisionRules } from '../../contracts/decision-rules.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { fromJsonSchema } from '../../contracts/from-json-schema.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { moneyIn } from '../../contracts/money-value.ts';
import { ownField } from '../../contracts/own-field.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { counted } from '../../text/figures.ts';
import type { LocatedJson } from './locate-json.ts';

/** One thing that is wrong in a case file. */
export interface CaseFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The cases cannot be used; the message lists every fault. */
export class CaseFaultsError extends DocketError {
  /** Not any DocketError, which the class it extends would say. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof DocketError && 'faults' in value;
  }

  readonly faults: readonly CaseFault[];

  constructor(faults: readonly CaseFault[]) {
    const lines = faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`);
    super(`${faults.length === 1 ? 'One fault' : counted(faults.length, 'fault')} in the cases; no model was called:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

type PathFault = { readonly path: readonly PropertyKey[]; readonly message: string };

/**
 * Everything that is wrong with what a case file holds: by the case schema, by the agent's own input schema, in its labels, and in its name. A
 * fault of one kind hides none of another, so nobody has to fix a file three times.
 * @param file the file, for messages
 * @param fields of the agent's decisions, as `decisionFields` gives them
 */
export function faultsOf(file: string, json: LocatedJson, agent: Agent, fields: ReadonlyMap<string, z.ZodType[]>): CaseFault[] {
  const found = isObject(json.value) ? json.value : {};
  const parsed = caseSchema.safeParse(found);
  const input = isObject(found.input) ? parseInput(agent, found.input) : undefined;
  const faults = [
    ...(isObject(json.value) ? [] : [{ path: [], message: 'the case: expected an object' }]),
    ...(isObject(json.value) ? issueFaults([], parsed.error?.issues ?? []) : []),
    ...nameFaults(file, found.id),
    ...issueFaults(['input'], input?.error?.issues ?? []),
    ...labelFaults(found, rulesOf(agent)),
    ...decisionPlaces(found).flatMap(({ path, decision }) => decisionIssues(fields, path, decision)),
  ];
  // A value that is no JSON is a fault to both schemas.
  const different = new Map(faults.map((fault) => [fault.message, fault]));
  return [...different.values()].map(({ path, message }) => ({ file, line: json.lineOf(path), message }));
}

function nameFaults(file: string, id: unknown): PathFault[] {
  if (typeof id !== 'string' || `${id}.json` === basename(file)) return [];
  return [{ path: ['id'], message: `id: is "${id}"; name the file ${id}.json or the case ${basename(file, '.json')}` }];
}

function issueFaults(prefix: readonly PropertyKey[], issues: readonly z.core.$ZodIssue[]): PathFault[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    const name = path.map(String).join('.') || 'the case';
    if (issue.code !== 'unrecognized_keys') return [{ path, message: `${name}: ${issue.message}` }];
    return issue.keys.map((key) => ({ path: [...path, key], message: `${name}: Unknown key "${key}".${knownAt(path, key)}` }));
  });
}

/** The keys that the case schema knows at the top of a file; what an agent's own schema knows deeper down it does not say. */
function knownAt(path: readonly PropertyKey[], key: string): string {
  return path.length === 0 ? didYouMean(key, Object.keys(caseSchema.shape)) : '';
}

/** What keeps a labelled value from being compared: a comparator of no field, or one that cannot read it. */
function labelFaults({ label }: JsonObject, rules: DecisionRules): PathFault[] {
  if (!isObject(label) || !isObject(label.decision)) return [];
  const { decision } = label;
  const own = isObject(label.compare) ? label.compare : {};
  const valid = Object.entries(own).filter(([, comparator]) => comparatorFault(comparator) === undefined);
  const strangers = Object.keys(own).filter((path) => !Object.hasOwn(decision, path) && !Object.hasOwn(decision, path.split('.')[0] ?? ''));
  const comparators = { ...rules.comparators, ...(Object.fromEntries(valid) as Comparators) };
  return [
    ...strangers.map((path) => ({
      path: ['label', 'compare', path],
      message: `label.compare: "${path}" is no field of the expected decision.${didYouMean(path, Object.keys(decision))}`,
    })),
    ...Object.entries(comparators).flatMap(([path, comparator]) =>
      valuesAt(decision, path.split('.')).flatMap(({ at, value }) => {
        const fault = unreadable(value, comparator, Object.hasOwn(own, path));
        const place = ['label', 'decision', ...at];
        return fault === undefined ? [] : [{ path: place, message: `${place.join('.')}: ${JSON.stringify(value)} ${fault}` }];
      }),
    ),
  ];
}

/** The values that a comparator's path names. */
function valuesAt(whole: JsonValue, steps: readonly string[], at: readonly string[] = []): { at: readonly string[]; value: JsonValue }[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ at, value: whole }];
  if (Array.isArray(whole)) return step === '*' ? whole.flatMap((item, index) => valuesAt(item, rest, [...at, String(index)])) : [];
  if (!isObject(whole)) return [];
  const member = ownField(whole, steps.join('.'));
  if (member !== undefined && rest.length > 0) return [{ at: [...at, steps.join('.')], value: member }];
  const value = ownField(whole, step);
  return value === undefined ? [] : valuesAt(value, rest, [...at, step]);
}

/** Why a comparator cannot compare with a labelled value; nothing is said of null, which an agent may decide. */
function unreadable(value: JsonValue, comparator: Comparator, own: boolean): string | undefined {
  if (value === null || typeof comparator === 'function') return undefined;
  if (comparator === 'date' && !dateIn(value)) return 'is no date, and is compared as one. Write it as 2026-03-01 or 2026-03-01T09:30:00Z.';
  if (comparator === 'money' && !moneyIn(value)) return 'is no amount of money in one currency, and is compared as one.';
  if (comparator === 'set' && !Array.isArray(value)) return 'is no list, and is compared as a set.';
  if (typeof comparator === 'string') return undefined;
  if ('tolerance' in comparator) return typeof value === 'number' ? undefined : 'is no number, and is compared with a tolerance.';
  const listed = comparator.oneOf.some((each) => sameValue('', each, value));
  return own && !listed ? `is none of ${JSON.stringify(comparator.oneOf)}, so nothing else would count as it.` : undefined;
}

/** Every decision that a file speaks of, whatever else is wrong with it. */
function decisionPlaces({ label, dispute }: JsonObject): { readonly path: readonly PropertyKey[]; readonly decision: JsonObject }[] {
  const labels = isObject(dispute) && Array.isArray(dispute.labels) ? dispute.labels : [];
  const places = [
    { path: ['label', 'decision'], decision: isObject(label) ? label.decision : undefined },
    ...labels.map((each, index) => ({
      path: ['dispute', 'labels', index, 'decision'],
      decision: isObject(each) ? each.decision : undefined,
    })),
    {
      path: ['dispute', 'resolution', 'decision'],
      decision: isObject(dispute) && isObject(dispute.resolution) ? dispute.resolution.decision : undefined,
    },
  ];
  return places.flatMap(({ path, decision }) => (isObject(decision) ? [{ path, decision }] : []));
}

/** Every field that some tool variant's decision has, with the schemas of its values. */
export function decisionFields(agent: Agent): Map<string, z.ZodType[]> {
  const fields = new Map<string, z.ZodType[]>();
  for (const variant of Object.values(agent.toolVariants)) {
    for (const [field, schemas] of decisionFieldsOf(variant.decisionJsonSchema)) {
      const read = schemas.map((schema) => fromJsonSchema(schema));
      fields.set(field, [...(fields.get(field) ?? []), ...read]);
    }
  }
  return fields;
}

/** What keeps a decision from being a label: fields that no version decides, values that none can give. */
export function decisionFaults(agent: Agent, decision: JsonObject): string[] {
  return decisionIssues(decisionFields(agent), ['label', 'decision'], decision).map(({ message }) => message);
}

/** What keeps decisions from being labels, one fault a value, with where in the decision it is; for many of them. */
export function decisionChecker(
  agent: Agent,
): (decision: JsonObject) => { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const fields = decisionFields(agent);
  return (decision) =>
    decisionIssues(fields, [], decision).map(({ path, message }) => ({ path, message: message.replace(/^[\w.]*: /, '') }));
}

/** A label may only speak of those fields, with values that their schemas allow. */
function decisionIssues(fields: ReadonlyMap<string, z.ZodType[]>, path: readonly PropertyKey[], decision: JsonObject): PathFault[] {
  return Object.entries(decision).flatMap(([field, value]) => {
    const at = [...path, field];
    const schemas = fields.get(field);
    if (!schemas) {
      return [{ path: at, message: `${path.join('.')}: Unknown field "${field}".${didYouMean(field, fields.keys())}` }];
    }
    const results = schemas.map((schema) => schema.safeParse(value));
    if (results.some(({ success }) => success)) return [];
    return issueFaults(at, results[0]?.error?.issues ?? []);
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
