import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Agent } from '../../agent/define-agent.ts';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import { type Case, caseSchema } from '../../contracts/case.ts';
import { readCheckoutFile, repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { startedIn } from '../../contracts/started-in.ts';
import { atOnce } from '../../contracts/turns.ts';
import { AlikeParts } from './alike-parts.ts';
import { withAttachedFiles } from './attached-files.ts';
import { blindLabels } from './blind-labels.ts';
import { type CaseFault, CaseFaultsError, decisionFields, faultsOf } from './case-faults.ts';
import { locateJson } from './locate-json.ts';

/** A case that was checked against its schema and the agent's own input and decision schemas. */
export interface LoadedCase {
  readonly case: Case;
  /** The input as the agent's schema parsed it. */
  readonly input: JsonObject;
  /** Hash of the input only. */
  readonly fingerprint: string;
  readonly file: string;
  /** Its twins, where relations are checked: see `withFamilies`. */
  readonly family?: Family;
}

/** A twin that a version is run on like a case; its id is made of the case's. */
export interface LoadedTwin extends LoadedCase {
  /** Name of the relation that made it. */
  readonly relation: string;
  /** What was done to the case's input, for a person. */
  readonly what: string;
  /** The value that it has of the relation's attribute. */
  readonly group?: string;
}

/** The twins of a case, and which relations, or twins of them, say nothing about it, with the reason. They count with the case, as one. */
export interface Family {
  readonly twins: readonly LoadedTwin[];
  readonly notJudged: readonly { readonly relation: string; readonly why: string }[];
}

/**
 * Reads every `*.json` of the folder (not its subfolders: drafts are never run), in the order of their names.
 * @throws {CaseFaultsError} with all faults of all files, each with file and line; of a text that is no JSON, only where it stops being it
 * @throws {DocketError} when there is no case at all
 */
export function loadCases(directory: string, agent: Agent): LoadedCase[] {
  return atOnce(loadingCases(directory, agent));
}

/**
 * The same a file at a time, for who does something else between them: of ten thousand cases it takes a second.
 * @throws as `loadCases`
 */
export function* loadingCases(directory: string, agent: Agent): Generator<void, LoadedCase[]> {
  const shownAs = (file: string) => relative(startedIn, join(directory, file)) || file;
  const files = caseFiles(directory);
  const within = repositoryAround(directory);
  const faults: CaseFault[] = misnamed(directory).map((file) => ({
    file: shownAs(file),
    line: 1,
    message: 'would not be read: the name of a case file ends with .json. Rename it, or move it out of the folder',
  }));
  const loaded: LoadedCase[] = [];
  const known = new Map<unknown, string>();
  const labelLines = new Map<string, number>();
  const fields = decisionFields(agent);
  const alike = new AlikeParts();
  for (const file of files) {
    yield;
    const name = shownAs(file);
    const read = readCheckoutFile(join(directory, file), within);
    if ('fault' in read) {
      faults.push({ file: name, line: 1, message: read.fault });
      continue;
    }
    const { json: located, faults: textFaults } = locateJson(read.text);
    faults.push(...textFaults.map((fault) => ({ file: name, ...fault })));
    if (!located) continue;
    const before = faults.length;
    const attached = withAttachedInput(located.value, directory, within);
    faults.push(...attached.faults.map(({ path, message }) => ({ file: name, line: located.lineOf(path), message })));
    if (attached.faults.length > 0) continue;
    const json = { ...located, value: attached.value };
    faults.push(...faultsOf(name, json, agent, fields));
    const { id } = (json.value ?? {}) as { readonly id?: unknown };
    const twin = typeof id === 'string' ? known.get(id) : undefined;
    if (twin !== undefined) faults.push({ file: name, line: json.lineOf(['id']), message: `id: "${id}" is already used by ${twin}` });
    else known.set(id, name);
    if (faults.length > before) continue;
    const found = alike.sharing(caseSchema.parse(json.value));
    const input = agent.input.parse(found.input);
    loaded.push({ case: found, input, fingerprint: fingerprintInput(input), file: name });
    labelLines.set(found.id, json.lineOf(['label', 'decision']));
  }
  const blind = blindLabels(
    agent,
    loaded.map((each) => each.case),
  );
  for (const { case: found, file } of loaded) {
    const message = blind.get(found.id);
    if (message !== undefined) faults.push({ file, line: labelLines.get(found.id) ?? 1, message });
  }
  if (faults.length > 0) throw new CaseFaultsError(faults);
  if (loaded.length === 0)
    throw new DocketError(`${directory}: there are no cases. Add a JSON file; "A case" in Docket's README shows one.`, {
      code: 'no-cases',
    });
  return loaded;
}

/** A case with the files that its input names in their places. */
function withAttachedInput(value: unknown, directory: string, within: string): ReturnType<typeof withAttachedFiles> {
  if (typeof value !== 'object' || value === null || !('input' in value)) return { value, faults: [] };
  const { value: input, faults } = withAttachedFiles(value.input, directory, within, ['input']);
  return { value: { ...value, input }, faults };
}

/** Files that look like cases and would be left out without a word: `heavy.JSON`, `heavy.json5`. */
function misnamed(directory: string): string[] {
  return readdirSync(directory).filter((file) => /\.json[5lc]?$/i.test(file) && !file.endsWith('.json'));
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
      `${directory}: the cases folder cannot be read (${(cause as NodeJS.ErrnoException).code}). Set "cases" in docket.config.ts.`,
      { cause },
    );
  }
}

/**
 * The same where a project may begin without a case.
 * @throws {CaseFaultsError} as loadCases
 */
export function loadCasesIfAny(directory: string, agent: Agent): LoadedCase[] {
  try {
    return loadCases(directory, agent);
  } catch (error) {
    if (error instanceof DocketError && error.code === 'no-cases') return [];
    throw error;
  }
}
