import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { ConfusionTally } from '../../contracts/confusion-of.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import type { CaseResult, EvaluatedTrial, VersionResult } from '../../contracts/evaluation.ts';
import { decisionScorerOf } from '../../contracts/scorer.ts';
import { Turns } from '../../contracts/turns.ts';
import type { VersionIdentity } from '../../contracts/version.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { ScorersHeard } from '../judging/suite-doubts.ts';
import type { CaseTally } from './case-tally.ts';
import { relationResults } from './relation-results.ts';
import { TrialCounts, TrialSpending } from './trial-counts.ts';

/** Fields that the labels of these cases name and the version's decision does not have by its schema. */
export function fieldsNotCompared(agent: Agent, { toolVariant }: DescribedVersion, cases: readonly Pick<LoadedCase, 'case'>[]): string[] {
  if (!decisionScorerOf(agent.scorers)) return [];
  const has = decisionFieldsOf(toolVariant.decisionJsonSchema);
  const labelled = new Set(cases.flatMap(({ case: { label } }) => Object.keys(label.decision)));
  return [...labelled].filter((field) => !has.has(field));
}

/** What is looked for in all trials of all versions, and when the event loop gets a turn. */
export interface TotalsOptions {
  readonly notCompared: readonly string[];
  readonly agent: Agent;
  readonly signal?: AbortSignal;
  readonly heard?: ScorersHeard;
}

/**
 * Adds up the cases of one version, in one reading of their trials. Cases with the same input share their trials, and a shared trial was paid for once.
 * @throws the signal's reason at an abort
 */
export async function totalsOf(
  identity: VersionIdentity,
  role: VersionResult['role'],
  tallies: readonly CaseTally[],
  planned: number,
  { notCompared, agent, signal, heard }: TotalsOptions,
): Promise<VersionResult> {
  const rules = rulesOf(agent);
  const [counts, spent, matrix] = [new TrialCounts(identity.model), new TrialSpending(), new ConfusionTally(rules)];
  // Of cases with one input that which came last.
  const paying = new Map(tallies.map((tally) => [tally.loaded.fingerprint, tally]));
  const cases = await resultsOf(tallies, signal, ({ loaded }, trial) => {
    counts.add(trial);
    if (paying.get(loaded.fingerprint)?.loaded === loaded) spent.add(trial);
    matrix.add(loaded.case, trial.decision);
    heard?.add(trial);
  });
  const infraErrors = cases.flatMap((result) => result.infraErrors);
  for (const error of infraErrors) if (error.error !== 'scorer') spent.addLost(error);
  for (const dollars of twinDollarsOf(tallies, new Map(tallies.map(({ loaded }, index) => [loaded.fingerprint, cases[index]]))))
    spent.addLost({ dollars });
  const relations = relationResults(
    agent,
    tallies.map(({ loaded }, index) => ({ loaded, result: cases[index] as CaseResult })),
  );
  const { confusion } = matrix;
  const wrongDecisions = counts.showing('wrong-decision');
  const agreements = cases.flatMap(({ scores }) => scores.flatMap(({ measures }) => measures?.agreement ?? []));
  const { dollars, cache } = spent;
  return {
    version: identity,
    role,
    ...(counts.answeredBy ? { answeredBy: counts.answeredBy } : {}),
    ...(counts.standIn ? { standIn: counts.standIn } : {}),
    cases,
    ...(confusion === undefined ? {} : { confusion }),
    ...(relations.length === 0 ? {} : { relations }),
    ...(notCompared.length === 0 ? {} : { notCompared: [...notCompared] }),
    totals: {
      passes: sum(cases.map(({ passes }) => passes)),
      runs: counts.runs,
      falseApprovals: counts.showing('false-approval'),
      falseDenials: counts.showing('false-denial'),
      ...(wrongDecisions === 0 ? {} : { wrongDecisions }),
      infraErrors: infraErrors.length,
      notRun: Math.max(0, planned - counts.runs - infraErrors.length),
      ...(agreements.length > 0 ? { agreement: sum(agreements) / agreements.length } : {}),
      tokens: counts.tokens,
      ...(dollars === undefined ? {} : { dollars }),
      ...(cache === undefined ? {} : { cache }),
      meanDurationMs: counts.runs > 0 ? counts.durationMs / counts.runs : 0,
    },
  };
}

/** So many trials are in memory at once where repeats are judged together, or those of one case. */
const mostAtOnce = 2000;

/**
 * What each case came to. Scorers that answer later are asked about several cases at a time.
 * @param onTrial is told of each trial, case by case in their order
 */
async function resultsOf(
  tallies: readonly CaseTally[],
  signal: AbortSignal | undefined,
  onTrial: (tally: CaseTally, trial: EvaluatedTrial) => void,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const turns = new Turns(signal);
  for (let first = 0, next = 0; first < tallies.length; first = next) {
    const most = tallies[first]?.judgedLater ? mostAtOnce : 1;
    for (let trials = 0; next < tallies.length && (next === first || trials < most); next += 1) trials += tallies[next]?.runs ?? 0;
    const several = tallies.slice(first, next);
    const judged = await Promise.all(several.map((tally) => tally.scoreTogether(signal)));
    for (const [index, together] of judged.entries()) {
      const tally = several[index];
      if (tally) results.push(tally.result(together, (trial) => onTrial(tally, trial)));
    }
    await turns.give();
  }
  return results;
}

/** What twins cost, each trial once; one that is another case's input was paid for there. */
function twinDollarsOf(tallies: readonly CaseTally[], payers: ReadonlyMap<string, CaseResult | undefined>): Iterable<number | undefined> {
  const twins = new Map(tallies.flatMap(({ twinDollars }) => [...twinDollars]));
  if (twins.size === 0) return [];
  for (const [input, payer] of payers) for (const { number } of payer?.trials ?? []) twins.delete(`${input} ${number}`);
  return twins.values();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
