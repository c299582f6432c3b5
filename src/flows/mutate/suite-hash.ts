import { sourceClosure } from '../../agent/source-closure.ts';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import { thisDocket } from '../docket-copy.ts';
import { labelHash } from '../gate/label-hash.ts';
import { judgingHash } from '../scorer-hash.ts';
import type { MutationBench } from './bench.ts';

/**
 * Hash of all that a mutant is judged by: the version, cases, labels, scorers, the gate's options, and the code that judges.
 * @param code `import.meta.url` of the module with which that code begins
 */
export async function suiteHash({ session, original, cases, gate, stored }: MutationBench, code: string): Promise<string> {
  const { hashes } = await sourceClosure({ sources: { mutate: code } });
  return sha256(
    canonicalJson([
      thisDocket.version,
      [...hashes],
      original.identity.fingerprint,
      await judgingHash(session.config),
      JSON.parse(JSON.stringify(gate.options)),
      cases.map(({ case: found, fingerprint }) => [
        found.id,
        fingerprint,
        labelHash(found),
        found.critical ?? false,
        stored.get(found.id)?.runs ?? 0,
      ]),
    ]),
  );
}

/** Hash of the files of mutators, by the address of each. */
export async function sourceHashes(sources: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const different = [...new Set(sources)];
  const hashes = await Promise.all(
    different.map(async (source) => sha256(canonicalJson([...(await sourceClosure({ sources: { mutator: source } })).hashes]))),
  );
  return new Map(different.map((source, index) => [source, hashes[index] ?? '']));
}
