import { DocketError } from '../../contracts/docket-error.ts';
import type { MutantResult } from '../../contracts/mutation.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { type GateArm, runRounds } from '../gate/3-run-rounds.ts';
import { owedFields } from '../gate/decision-change.ts';
import { RunShelves } from '../gate/kept-runs.ts';
import { CaseLedger, type StoredRuns } from '../gate/ledger.ts';
import { scoreTrial } from '../judging/score-trial.ts';
import { SpendingTally } from '../judging/spending.ts';
import type { MutationBench, PreparedMutant } from './bench.ts';

/** How the gate ended on a mutant, and what it failed in. */
export type MutantEnd = Pick<MutantResult, 'end' | 'reason' | 'cases' | 'scorers'>;

/** Other cases than the bench's, with main's runs on them. */
export interface OtherCases {
  readonly cases: readonly LoadedCase[];
  readonly stored: ReadonlyMap<string, StoredRuns>;
}

/** Lets the gate judge a mutant as it would judge the pull request that brings it. */
export async function judgeMutant(
  bench: MutationBench,
  { session, prepared }: PreparedMutant,
  other: OtherCases = bench,
): Promise<MutantEnd> {
  const { config } = session;
  const arm = (of: Pick<GateArm, 'session' | 'prepared'>, series: string): GateArm => ({
    ...of,
    config: { ...config, agent: {} as GateArm['config']['agent'] },
    series,
    inputOf: ({ input, fingerprint }) => ({ input, fingerprint }),
  });
  const shelves = new RunShelves(config.store);
  const ledgers = other.cases.map((loaded) => new CaseLedger(loaded, shelves, other.stored.get(loaded.case.id)));
  const { fingerprint } = prepared.identity;
  const end = await runRounds({
    gate: bench.gate,
    ledgers,
    arms: {
      candidate: arm({ session, prepared }, 'mutation:mutant'),
      baseline: arm({ session: bench.session, prepared: bench.original }, `mutation:fresh-${fingerprint.slice(0, 16)}`),
    },
    budget: undefined,
    dollars: undefined,
    concurrency: bench.concurrency,
    spending: new SpendingTally(config.prices),
    signal: bench.signal,
  });
  if (end.kind === 'out-of-dollars') throw new DocketError(end.reason);
  return {
    end: end.kind === 'verdict' ? end.verdict.verdict : 'incomplete',
    reason: end.kind === 'verdict' ? end.verdict.reason : end.reason,
    ...(await failuresIn(bench, { session, prepared }, ledgers)),
  };
}

/** Cases in which a trial failed that never fails by itself, and the scorers that failed it. */
async function failuresIn(
  { original }: MutationBench,
  { session, prepared }: PreparedMutant,
  ledgers: readonly CaseLedger[],
): Promise<Pick<MutantEnd, 'cases' | 'scorers'>> {
  const scorers = new Set<string>();
  const cases: string[] = [];
  for (const { loaded, stored, runs } of ledgers) {
    const failed = [...runs.candidate].filter(({ reported }) => !reported.pass);
    if (failed.length === 0 || stored.passes < stored.runs) continue;
    cases.push(loaded.case.id);
    for (const { trial } of failed) {
      const { scores } = await scoreTrial(session.scoring, prepared.version, loaded, trial, { owed: owedFields(original) });
      for (const { name, hard, pass } of scores) if (hard && !pass) scorers.add(name);
    }
  }
  return { cases, scorers: [...scorers].toSorted() };
}
