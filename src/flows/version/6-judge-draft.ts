import type { VersionTry } from '../../contracts/version-try.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { GateOptions } from '../../gate/gate-options.ts';
import { type GateArm, runRounds } from '../gate/3-run-rounds.ts';
import type { GateBudget } from '../gate/gate-request.ts';
import { KeptRuns, RunShelves } from '../gate/kept-runs.ts';
import { CaseLedger, storedRunsOf } from '../gate/ledger.ts';
import { evidenceOf } from '../gate/reported-evidence.ts';
import type { TryBench, VersionTrials } from './4-run-version.ts';
import type { OpenedVersion } from './open-versions.ts';

/** How the gate judges the draft against the version that it began as, and how many trials that took. */
export interface JudgedDraft {
  readonly verdict: VersionTry['verdict'];
  readonly trials: number;
}

/** The gate's own rounds: the trials of the version before stand in the place of a stored baseline, and the draft is run anew. */
export async function judgeDraft(
  { session, cases, concurrency, signal, spending }: TryBench,
  sides: { readonly before: OpenedVersion; readonly after: OpenedVersion },
  stored: VersionTrials,
  left: GateBudget | undefined,
): Promise<JudgedDraft> {
  const { fingerprint } = sides.after.prepared.identity;
  const arm = ({ prepared, config, inputOf }: OpenedVersion, series: string): GateArm => ({
    ...{ session, config, prepared, series, inputOf },
  });
  const shelves = new RunShelves(session.config.store);
  const ledgers = cases.map((loaded) => {
    const judged = new KeptRuns(shelves);
    for (const run of stored.judged.get(loaded.case.id) ?? []) judged.add(run);
    return new CaseLedger(loaded, shelves, storedRunsOf(judged));
  });
  const end = await runRounds({
    gate: createGate(session.config.gate as GateOptions),
    ledgers,
    arms: {
      candidate: arm(sides.after, 'try'),
      // Fresh runs of the version before belong to one draft, so that two drafts do not share their luck.
      baseline: arm(sides.before, `try-fresh-${fingerprint.slice(0, 16)}`),
    },
    budget: left?.kind === 'runs' ? left.runs : undefined,
    dollars: left?.kind === 'dollars' ? left.dollars : undefined,
    ...{ concurrency, spending, signal },
  });
  const trials = end.spent.trials;
  if (end.kind === 'incomplete') return { trials, verdict: { verdict: 'incomplete', reason: end.reason } };
  if (end.kind === 'out-of-dollars') return { trials, verdict: { verdict: 'inconclusive', reason: end.reason } };
  const { verdict } = end;
  return {
    trials,
    verdict: {
      verdict: verdict.verdict,
      reason: verdict.reason,
      ...('caseId' in verdict && verdict.caseId !== undefined ? { caseId: verdict.caseId } : {}),
      evidence: evidenceOf(verdict, ledgers),
    },
  };
}
