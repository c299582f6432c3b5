import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Candidate, candidateSchema } from '../../contracts/candidate.ts';
import { DocketError } from '../../contracts/docket-error.ts';

/** Folder of the candidates beside the cases. `evaluate` and `gate` never read it. */
export function candidateFolder(cases: string): string {
  return join(cases, 'candidates');
}

/** File of a candidate. Ids hold no path: the schema says so. */
export function candidateFile(cases: string, id: string): string {
  return join(candidateFolder(cases), `${id}.json`);
}

/**
 * Reads all candidates, discarded ones too, in the order of their names.
 * @throws {DocketError} naming every file that is damaged
 */
export function readCandidates(cases: string): Candidate[] {
  const folder = candidateFolder(cases);
  if (!existsSync(folder)) return [];
  const faults: string[] = [];
  const candidates = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      try {
        const candidate = parseCandidate(readFileSync(join(folder, file), 'utf8'));
        if (`${candidate.id}.json` === file) return [candidate];
        faults.push(`${file}: its id is "${candidate.id}"; the file has to be named ${candidate.id}.json`);
      } catch (error) {
        faults.push(`${file}: ${(error as Error).message}`);
      }
      return [];
    });
  if (faults.length > 0) throw new DocketError(`Drafts in ${folder} cannot be read:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return candidates;
}

/** @throws {DocketError} when the text is no candidate */
export function parseCandidate(text: string): Candidate {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DocketError(`not JSON (${(cause as Error).message})`, { cause });
  }
  const parsed = candidateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DocketError(z.prettifyError(parsed.error));
}
