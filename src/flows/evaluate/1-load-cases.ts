import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { z } from 'zod';
import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import { type Case, caseSchema } from '../../contracts/case.ts';
import { readCheckoutFile, repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { fromJsonSchema } from '../../contracts/from-json-schema.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { type LocatedJson, locateJson } from '../locate-json.ts';

/** A case that was checked against its schema and the agent's own input and decision schemas. */
export interface LoadedCase {
  readonly case: Case;
  /** The input as the agent's schema parsed it. */
  readonly input: JsonObject;
  /** Hash of the input only. */
  readonly fingerprint: string;
  readonly file: string;
}

/** One thing that is wrong in a case file. */
export interface CaseFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The cases cannot be used; the message lists every fault. */
export class CaseFaultsError extends DocketError {
  readonly faults: readonly CaseFault[];

  constructor(faults: readonly CaseFault[]) {
    const lines = faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`);
    super(`${faults.length === 1 ? 'One fault' : `${faults.length} faults`} in the cases; no model was called:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Reads every `*.json` of the folder (not its subfolders: candidate cases are never run), in the order of their names.
 * @throws {CaseFaultsError} with all faults of all files, each with file and line
 * @throws {DocketError} when there is no case at all
 */
export function loadCases(directory: string, agent: Agent): LoadedCase[] {
  const shownAs = (file: string) => relative(process.cwd(), join(directory, file)) || file;
  const files = caseFiles(directory);
  const within = repositoryAround(directory);
  const fields = decisionFields(agent);
  const faults: CaseFault[] = [];
  const loaded: LoadedCase[] = [];
  for (const file of files) {
    const name = shownAs(file);
    const read = readCheckoutFile(join(directory, file), within);
    if ('fault' in read) {
      faults.push({ file: name, line: 1, message: read.fault });
      continue;
    }
    const located = locateJson(read.text);
    if ('faults' in located) {
      faults.push(...located.faults.map((fault) => ({ file: name, ...fault })));
      continue;
    }
    const { json } = located;
    const parsed = caseSchema.safeParse(json.value);
    if (!parsed.success) {
      faults.push(...issuesToFaults(name, json, [], parsed.error.issues));
      continue;
    }
    const found = parsed.data;
    const before = faults.length;
    if (`${found.id}.json` !== basename(file)) {
      faults.push({
        file: name,
        line: json.lineOf(['id']),
        message: `id: is "${found.id}"; name the file ${found.id}.json or the case ${basename(file, '.json')}`,
      });
    }
    const twin = loaded.find((other) => other.case.id === found.id);
    if (twin) faults.push({ file: name, line: json.lineOf(['id']), message: `id: "${found.id}" is already used by ${twin.file}` });
    const input = agent.input.safeParse(found.input);
    if (!input.success) faults.push(...issuesToFaults(name, json, ['input'], input.error.issues));
    faults.push(...labelFaults(fields, found).map(({ path, message }) => ({ file: name, line: json.lineOf(path), message })));
    if (faults.length === before && input.success) {
      loaded.push({ case: found, input: input.data, fingerprint: fingerprintInput(input.data), file: name });
    } else if (input.success) {
      // Kept for the search for twins only: the faults end the load below.
      loaded.push({ case: found, input: input.data, fingerprint: '', file: name });
    }
  }
  if (faults.length > 0) throw new CaseFaultsError(faults);
  if (loaded.length === 0) throw new DocketError(`${directory}: there is no case. Add a JSON file; "A case" in Docket's README shows one.`);
  return loaded;
}

/**
 * Names of the case files of a folder, sorted.
 * @throws {DocketError} when the folder cannot be read
 */
export function caseFiles(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith('.json') && file !== 'case.schema.json')
      .sort((one, other) => (basename(one, '.json') < basename(other, '.json') ? -1 : 1));
  } catch (cause) {
    throw new DocketError(
      `${directory}: the folder of the cases cannot be read (${(cause as NodeJS.ErrnoException).code}). Set "cases" in docket.config.ts.`,
      { cause },
    );
  }
}

function issuesToFaults(file: string, json: LocatedJson, prefix: readonly string[], issues: readonly z.core.$ZodIssue[]): CaseFault[] {
  return issues.map((issue) => {
    const path = [...prefix, ...issue.path];
    const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    return {
      file,
      line: json.lineOf(unknownKey === undefined ? path : [...path, unknownKey]),
      message: `${path.map(String).join('.') || 'the case'}: ${issue.message}`,
    };
  });
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
  return labelFaults(decisionFields(agent), { label: { decision } }).map(({ message }) => message);
}

/** A label may only speak of those fields, with values that their schemas allow. */
function labelFaults(
  fields: ReadonlyMap<string, z.ZodType[]>,
  { label, dispute }: { readonly label: Pick<Case['label'], 'decision'>; readonly dispute?: Case['dispute'] },
): { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const places = [
    { path: ['label', 'decision'], decision: label.decision },
    ...(dispute?.labels ?? []).map(({ decision }, index) => ({ path: ['dispute', 'labels', index, 'decision'], decision })),
    ...(dispute?.resolution ? [{ path: ['dispute', 'resolution', 'decision'], decision: dispute.resolution.decision }] : []),
  ];
  return places.flatMap(({ path, decision }) =>
    Object.entries(decision).flatMap(([field, value]) => {
      const at = { path: [...path, field] };
      const schemas = fields.get(field);
      if (!schemas)
        return [{ ...at, message: `${path.join('.')}: "${field}" is no field of any decision; there is ${[...fields.keys()].join(', ')}` }];
      const results = schemas.map((schema) => schema.safeParse(value));
      if (results.some(({ success }) => success)) return [];
      return [{ ...at, message: `${[...path, field].join('.')}: ${results[0]?.error?.issues[0]?.message ?? 'not allowed'}` }];
    }),
  );
}
