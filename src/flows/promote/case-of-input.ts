import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JsonObject } from '../../contracts/json.ts';
import { normalisedInputHash } from '../../review/normalise-input.ts';
import { caseFiles } from '../cases/load-cases.ts';

/**
 * Name of the case that has this input already, however it is spelled; undefined when none has. A file that cannot be read is passed over:
 * `docket cases lint` names it.
 */
export function caseOfInput(cases: string, input: JsonObject): string | undefined {
  if (!existsSync(cases)) return undefined;
  const wanted = normalisedInputHash(input);
  const twin = caseFiles(cases).find((file) => {
    const found = inputOf(join(cases, file));
    return found !== undefined && normalisedInputHash(found) === wanted;
  });
  return twin && basename(twin, '.json');
}

function inputOf(file: string): JsonObject | undefined {
  try {
    const { input } = JSON.parse(readFileSync(file, 'utf8')) as { readonly input?: JsonObject };
    return typeof input === 'object' && input !== null ? input : undefined;
  } catch {
    return undefined;
  }
}
