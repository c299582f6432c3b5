import { dirname, join } from 'node:path';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import { caseSchema } from '../../contracts/case.ts';
import { readCheckoutFile, repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';
import { withAttachedFiles } from '../cases/attached-files.ts';
import { caseFiles, type LoadedCase } from '../cases/load-cases.ts';

/** What the candidate's worker says of cases. */
export type ProposedCases = Pick<WorkerAgent, 'cases' | 'parse'>;

/** Folders of case files, and main's cases. */
export interface CaseFolders {
  readonly here: string;
  readonly main: string;
  readonly known: readonly LoadedCase[];
}

/**
 * The cases of the candidate's checkout. Files that are as on main can be at fault by the candidate's own schemas only: then they are main's cases,
 * which it does not take, and those that it changed are looked at one by one.
 * @throws {DocketError} with the faults of files that it changed
 */
export async function proposedCases(worker: ProposedCases, folders: CaseFolders): Promise<LoadedCase[]> {
  let fault: DocketError;
  try {
    return (await worker.cases()).map((loaded) => ({ ...loaded, fingerprint: fingerprintInput(loaded.input) }));
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    fault = error;
  }
  const known = new Map(folders.known.map((loaded) => [`${loaded.case.id}.json`, loaded]));
  const cases: LoadedCase[] = [];
  for (const file of caseFiles(folders.here)) {
    const text = textIn(folders.here, file);
    const same = known.get(file);
    if (same && text !== undefined && text === textIn(folders.main, file)) cases.push(same);
    else cases.push(await changedCase(worker, join(folders.here, file), text, fault));
  }
  return cases;
}

async function changedCase(worker: ProposedCases, file: string, text: string | undefined, fault: DocketError): Promise<LoadedCase> {
  const found = caseSchema.safeParse(jsonOf(text));
  if (!found.success) throw fault;
  const folder = dirname(file);
  const { value, faults } = withAttachedFiles(found.data.input, folder, repositoryAround(folder));
  if (faults.length > 0) throw fault;
  const input = value as JsonObject;
  const [parsed] = await worker.parse([input]);
  if (!parsed || 'issue' in parsed) throw fault;
  return { case: { ...found.data, input }, input: parsed.input, fingerprint: fingerprintInput(parsed.input), file };
}

function textIn(folder: string, file: string): string | undefined {
  const read = readCheckoutFile(join(folder, file), repositoryAround(folder));
  return 'text' in read ? read.text : undefined;
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
