import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { type Draft, draftSchema } from '../../contracts/draft.ts';
import type { ListedCase } from '../cases/listed-cases.ts';

/** What the folder was called before; drafts there would be overlooked in silence. */
const formerFolder = 'candidates';

/** Folder of the drafts beside the cases. `evaluate` and `gate` never read it. */
export function draftFolder(cases: string): string {
  return join(cases, 'drafts');
}

/** File of a draft. Ids hold no path: the schema says so. */
export function draftFile(cases: string, id: string): string {
  return join(draftFolder(cases), `${id}.json`);
}

/** A file among the drafts that is none, and why. */
export interface FaultyDraft {
  /** Name of the file in the folder of the drafts. */
  readonly file: string;
  readonly fault: string;
}

/**
 * Reads all drafts, discarded ones too, in the order of their names, and says which files among them are none.
 * @throws {DocketError} where drafts lie under the folder's former name
 */
export function foundDrafts(cases: string): { readonly drafts: Draft[]; readonly faulty: FaultyDraft[] } {
  const former = join(cases, formerFolder);
  if (existsSync(former))
    throw new DocketError(`Drafts are in ${draftFolder(cases)} now. Rename the folder ${former}: git mv ${former} ${draftFolder(cases)}`);
  const folder = draftFolder(cases);
  const faulty: FaultyDraft[] = [];
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  const drafts = files.sort().flatMap((file) => {
    try {
      const draft = parseDraft(readFileSync(join(folder, file), 'utf8'));
      if (`${draft.id}.json` === file) return [draft];
      faulty.push({ file, fault: `its id is "${draft.id}"; the file has to be named ${draft.id}.json` });
    } catch (error) {
      faulty.push({ file, fault: (error as Error).message });
    }
    return [];
  });
  return { drafts, faulty };
}

/**
 * Reads all drafts, for who has to know every one of them.
 * @throws {DocketError} as `foundDrafts`, and naming every file that is damaged
 */
export function readDrafts(cases: string): Draft[] {
  const { drafts, faulty } = foundDrafts(cases);
  if (faulty.length === 0) return drafts;
  const faults = faulty.map(({ file, fault }) => `  ${file}: ${fault}`);
  throw new DocketError(`Drafts in ${draftFolder(cases)} cannot be read:\n${faults.join('\n')}`);
}

/** @throws {DocketError} when the text is no draft */
export function parseDraft(text: string): Draft {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DocketError(`not JSON (${(cause as Error).message})`, { cause });
  }
  const parsed = draftSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DocketError(z.prettifyError(parsed.error));
}

/** The drafts that nobody has discarded, as a list shows them. @throws {DocketError} when one cannot be read */
export function listedDrafts(cases: string): ListedCase[] {
  return readDrafts(cases)
    .filter(({ discarded }) => discarded === undefined)
    .map(({ id, title, critical = false }) => ({
      ...{ id, title, critical, tags: [], labelSource: null, disputed: false },
      file: draftFile(cases, id),
    }));
}
