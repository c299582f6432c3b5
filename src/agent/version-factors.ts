import { noParts, partName } from '../contracts/attribution.ts';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { DescribedFactors } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { type FactorFiles, factorNames, namedFactors } from '../contracts/factor.ts';

/** Files by a pattern relative to `docket.config.ts` (`prompts/**`; a folder stands for all that is in it), or an environment variable by its name. */
export type FactorSource = string | { readonly environment: string };

/**
 * What a version is made of, by names of your own or `prompt`, `tools`, `model` and `settings`: each is fingerprinted by itself, and what the gate
 * puts a regression down to. A file belongs to the first factor that names it.
 */
export type VersionFactors = Readonly<Record<string, FactorSource | readonly FactorSource[]>>;

/** Factors as a version has them once they are checked. */
export type CheckedFactors = Readonly<Record<string, FactorFiles>>;

/** @throws {DocketError} naming the factor that cannot be one, and why */
export function checkedFactors(factors: VersionFactors, at: string): CheckedFactors {
  return Object.fromEntries(Object.entries(factors).map(([name, given]) => [name, sourcesOf(given, checkedName(name, at))]));
}

function checkedName(name: string, at: string): string {
  const where = `${at}, factors: "${name}"`;
  if (!partName.test(name)) throw new DocketError(`${where} may hold letters, digits, "_" and "-" only, and begins with a letter.`);
  const taken = [...factorNames.filter((each) => !namedFactors.includes(each)), ...noParts, 'rest'];
  if (taken.includes(name)) throw new DocketError(`${where} is Docket's own name. Take another one, or one of ${namedFactors.join(', ')}.`);
  return where;
}

function sourcesOf(given: FactorSource | readonly FactorSource[], where: string): FactorFiles {
  const sources = Array.isArray(given) ? (given as readonly FactorSource[]) : [given as FactorSource];
  if (sources.length === 0) throw new DocketError(`${where} names nothing. Give it a pattern of files, or remove it.`);
  for (const source of sources) {
    const named = typeof source === 'string' ? source : (source as Partial<typeof source> | null)?.environment;
    if (typeof named !== 'string' || named === '' || (typeof source !== 'string' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(named)))
      throw new DocketError(
        `${where} holds ${JSON.stringify(source)}. Expected a pattern of files ('prompts/**') or { environment: 'NAME_OF_A_VARIABLE' }.`,
      );
  }
  return {
    files: sources.filter((source) => typeof source === 'string'),
    environment: sources.flatMap((source) => (typeof source === 'string' ? [] : [source.environment])),
  };
}

/** Factors as plain data: a variable by the hash of its value, because a value may be a secret; null where it is not set. */
export function describeFactors(
  factors: CheckedFactors,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): DescribedFactors {
  const hashOf = (name: string) => {
    const value = environment[name];
    return value === undefined ? null : sha256(canonicalJson(['environment', name, value]));
  };
  return Object.fromEntries(
    Object.entries(factors).map(([name, { files, environment: names }]) => [
      name,
      { files: [...files], environment: Object.fromEntries(names.map((each) => [each, hashOf(each)])) },
    ]),
  );
}
