import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../contracts/json.ts';
import { normalisedInputHash } from '../../review/normalise-input.ts';

/**
 * Name of the case that has this input already, however it is spelled; undefined when none has. A file that cannot be read is passed over:
 * `docket cases lint` names it.
 */
export function caseOfInput(cases: string, input: JsonObject): string | undefined {
  if (!existsSync(cases)) return undefined;
  const wanted = normalisedInputHash(input);
  return readdirSync(cases)
    .filter((file) => file.endsWith('.json') && file !== 'case.schema.json')
    .map((file) => file.replace(/\.json$/, ''))
    .find((id) => {
      const found = inputOf(join(cases, `${id}.json`));
      return found !== undefined && normalisedInputHash(found) === wanted;
    });
}

function inputOf(file: string): JsonObject | undefined {
  try {
    const { input } = JSON.parse(readFileSync(file, 'utf8')) as { readonly input?: JsonObject };
    return typeof input === 'object' && input !== null ? input : undefined;
  } catch {
    return undefined;
  }
}
