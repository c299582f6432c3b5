import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { judgeMutant } from './2-judge-mutant.ts';
import type { MutationBench } from './bench.ts';
import type { TriedMutant } from './known-results.ts';

/** The unchanged agent before a judge with one label turned round: killed where the gate would not let it pass. */
export async function flippedLabels(bench: MutationBench, suite: string): Promise<TriedMutant[]> {
  const results: TriedMutant[] = [];
  for (const loaded of bench.cases) {
    const flipped = withFlippedLabel(bench, loaded);
    if (!flipped) continue;
    const { id } = loaded.case;
    const fingerprint = sha256(canonicalJson([suite, 'label-flipped', id]));
    const { original, session } = bench;
    const prepared = { ...original, identity: { ...original.identity, fingerprint } };
    const cases = bench.cases.map((each) => (each === loaded ? flipped : each));
    const end = await judgeMutant(bench, { session, prepared }, { cases, stored: bench.stored });
    const fate = end.end === 'pass' ? ('survived' as const) : ('killed' as const);
    results.push({ id: `judge/label-flipped: ${id}`, family: 'judge', mutator: 'label-flipped', what: id, fate, fingerprint, ...end });
  }
  return results;
}

function withFlippedLabel({ session: { agent } }: MutationBench, loaded: LoadedCase): LoadedCase | undefined {
  const { label } = loaded.case;
  const fields = Object.entries(label.decision).filter(([, value]) => typeof value === 'boolean');
  const [field, value] = fields.find(([name]) => name === agent.approvalField) ?? fields[0] ?? [];
  if (field === undefined) return undefined;
  const decision = { ...label.decision, [field]: !value as JsonValue };
  return { ...loaded, case: { ...loaded.case, label: { ...label, decision } } };
}

/** Each scorer that can fail a trial, saying nothing: killed where a fault is noticed by it alone, because then that fault would pass. */
export function guttedScorers(bench: MutationBench, results: readonly TriedMutant[], suite: string): TriedMutant[] {
  return bench.hardScorers.map((name) => {
    const alone = results.filter(
      ({ fate, family, scorers }) => fate === 'killed' && family !== 'judge' && scorers.length === 1 && scorers[0] === name,
    );
    const [first] = alone;
    return {
      id: `judge/scorer-gutted: ${name}`,
      family: 'judge',
      mutator: 'scorer-gutted',
      what: name,
      fate: first ? 'killed' : 'survived',
      fingerprint: sha256(canonicalJson([suite, 'scorer-gutted', name, results.map(({ fingerprint }) => fingerprint)])),
      end: first ? 'regressed' : 'pass',
      reason: first
        ? `${alone.length} of the faults that are noticed are noticed by it alone, ${first.id} for one.`
        : 'Every fault that it notices another scorer notices too.',
      cases: [],
      scorers: [],
    };
  });
}
