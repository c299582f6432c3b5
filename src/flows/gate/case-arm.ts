import type { Agent } from '../../agent/define-agent.ts';
import type { InfraErrorResult } from '../../contracts/evaluation.ts';
import type { CaseArm, ReportedTrial } from '../../contracts/reported-case.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { askCaseAtOnce } from '../judging/ask-scorer.ts';
import type { TrialWithReport } from '../reported-case.ts';
import { withTrialsOnDemand } from '../trials-on-demand.ts';
import type { KeptRuns } from './kept-runs.ts';
import type { StoredRuns } from './ledger.ts';

/** One side of a case, added up: main's stored runs, of which only counts may be known, and those that were made. Its trials are read whenever they are asked for. */
export function caseArm(
  agent: Agent,
  loaded: LoadedCase,
  runs: { readonly stored?: StoredRuns; readonly made: KeptRuns },
  infraErrors: readonly InfraErrorResult[],
): CaseArm {
  const { stored } = runs;
  const all = new ArmRuns([...(stored ? [stored.judged] : []), runs.made]);
  const counts = runs.made.counts();
  if (stored) {
    const { passes, runs: known, falseApprovals, wrongDecisions } = stored;
    counts.addAll(Object.assign(stored.judged.counts(), { passes, runs: known, falseApprovals, wrongDecisions }));
  }
  const agreement = agreementOf(agent, loaded, all);
  const key = all.first?.trial.key;
  return withTrialsOnDemand({ ...counts.told(), ...(agreement === undefined ? {} : { agreement }) }, all, {
    ...(key ? { stored: { versionFingerprint: key.versionFingerprint, caseFingerprint: key.caseFingerprint } } : {}),
    infraErrors: [...infraErrors],
  });
}

/** Runs of several kinds, one behind the other. */
class ArmRuns implements Iterable<ReportedTrial> {
  readonly #kept: readonly KeptRuns[];

  constructor(kept: readonly KeptRuns[]) {
    this.#kept = kept;
  }

  get count(): number {
    return this.#kept.reduce((sum, { length }) => sum + length, 0);
  }

  get first(): TrialWithReport | undefined {
    for (const run of this.runs()) return run;
    return undefined;
  }

  *runs(): Generator<TrialWithReport> {
    for (const runs of this.#kept) yield* runs;
  }

  *[Symbol.iterator](): Generator<ReportedTrial> {
    for (const { reported } of this.runs()) yield reported;
  }
}

/** How far repeats agree, as the first scorer has it that measures it. A report waits for none that answers later. */
function agreementOf(agent: Agent, { case: found }: LoadedCase, all: ArmRuns): number | undefined {
  const scorers = agent.scorers.filter(({ scope }) => scope === 'case');
  if (scorers.length === 0) return undefined;
  const trials = Array.from(all.runs(), ({ trial }) => trial);
  for (const scorer of scorers) {
    const score = scorer.scope === 'case' ? askCaseAtOnce(agent, scorer, found, trials) : undefined;
    if (score !== 'later' && score?.measures?.agreement !== undefined) return score.measures.agreement;
  }
  return undefined;
}
