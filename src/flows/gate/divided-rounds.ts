import { fewestRounds } from '../../gate/fewest-rounds.ts';
import type { GateCase } from '../../gate/gate-state.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { DividedCase } from '../shards/shard-plan.ts';
import type { GateContext } from './gate-context.ts';
import { judgingOf, quarantineOf } from './quarantine.ts';
import { isUnchanged } from './what-changed.ts';

/** What all shards of a gate divide among them: it follows from what is committed, and from no store. */
export interface DividedRounds {
  readonly cases: readonly (LoadedCase & { readonly rounds: number })[];
  /** Why there is nothing to divide. */
  readonly reason?: string;
}

/** The gate is asked with main's committed counts and with runs that all pass: fewer rounds let nothing pass. */
export function roundsOf(context: GateContext): DividedRounds {
  const { suite, gate, request, baseline, main } = context;
  const added = suite.cases.filter(({ case: { id } }) => suite.added.has(id));
  if (isUnchanged(context)) return { cases: added.map((loaded) => ({ ...loaded, rounds: gate.options.depth })) };
  const rows = new Map(
    baseline.version.fingerprint === main.identity.fingerprint ? baseline.cases.map((row) => [row.id, row] as const) : [],
  );
  const marked = [...rows.values()].filter(({ quarantined }) => quarantined);
  const quarantine = quarantineOf(marked, suite.cases.length - added.length);
  const known = judgingOf(quarantine, suite.cases).filter(({ case: { id } }) => !suite.added.has(id));
  const stateOf = (loaded: LoadedCase): GateCase => {
    const row = rows.get(loaded.case.id);
    const none = { passes: 0, runs: 0 };
    const counted = row?.caseFingerprint === loaded.fingerprint ? row : undefined;
    return {
      id: loaded.case.id,
      critical: loaded.case.critical ?? false,
      baseline: counted ? { passes: counted.passes, runs: counted.runs } : none,
      candidate: none,
      screening: none,
      harm: { baseline: counted?.harm ?? 0, candidate: 0 },
    };
  };
  let left = request.budget?.kind === 'runs' ? request.budget.runs : undefined;
  let reason: string | undefined;
  const cases = [known, added].flatMap((group) => {
    if (group.length === 0) return [];
    const { rounds, verdict } = fewestRounds(gate, group.map(stateOf), left);
    if (left !== undefined) left = Math.max(0, left - verdict.runs.spent);
    if (rounds === 0) reason ??= `The gate starts no round: ${verdict.reason}`;
    return group.map((loaded) => ({ ...loaded, rounds }));
  });
  return { cases: cases.filter(({ rounds }) => rounds > 0), ...(reason === undefined ? {} : { reason }) };
}

/** The gate's trials are stored by case, so that no two share any. */
export function dividedCase({ case: { id }, rounds, fingerprint, family }: DividedRounds['cases'][number]): DividedCase {
  const inputs = [fingerprint, ...(family?.twins ?? []).map((twin) => twin.fingerprint)];
  return { id, trials: rounds, inputs: inputs.map((input) => `${id} ${input}`) };
}
