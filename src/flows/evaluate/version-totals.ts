import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { confusionOf } from '../../contracts/confusion-of.ts';
import type { Decision } from '../../contracts/decision.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import type { CaseResult, VersionResult } from '../../contracts/evaluation.ts';
import { decisionScorerOf } from '../../contracts/scorer.ts';
import type { VersionIdentity } from '../../contracts/version.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
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

/** Adds up the cases of one version. Cases with the same input share their trials, and a shared trial was paid for once. */
export async function totalsOf(
  identity: VersionIdentity,
  role: VersionResult['role'],
  tallies: readonly CaseTally[],
  planned: number,
  { notCompared, agent, signal }: { readonly notCompared: readonly string[]; readonly agent: Agent; readonly signal?: AbortSignal },
): Promise<VersionResult> {
  const cases = await resultsOf(tallies, signal);
  // Of cases with one input those that came last, where the first of them stands.
  const payers = [...new Map(tallies.map(({ loaded }, index) => [loaded.fingerprint, cases[index]])).values()];
  const [counts, spent] = [new TrialCounts(identity.model), new TrialSpending()];
  for (const result of cases) {
    for (const trial of result.trials) {
      counts.add(trial);
      if (payers.length === cases.length) spent.add(trial);
    }
  }
  if (payers.length < cases.length) for (const payer of payers) for (const trial of payer?.trials ?? []) spent.add(trial);
  const infraErrors = cases.flatMap((result) => result.infraErrors);
  for (const error of infraErrors) if (error.error !== 'scorer') spent.addLost(error);
  for (const dollars of twinDollarsOf(tallies, payers)) spent.addLost({ dollars });
  const relations = relationResults(
    agent,
    tallies.map(({ loaded }, index) => ({ loaded, result: cases[index] as CaseResult })),
  );
  const confusion = confusionOf(
    rulesOf(agent),
    tallies.map(({ loaded }, index) => ({ case: loaded.case, decisions: decisionsOf(cases[index]) })),
  );
  const wrongDecisions = counts.showing('wrong-decision');
  const agreements = cases.flatMap(({ scores }) => scores.flatMap(({ measures }) => measures?.agreement ?? []));
  const { dollars, cache } = spent;
  return {
    version: identity,
    role,
    ...(counts.answeredBy ? { answeredBy: counts.answeredBy } : {}),
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

/** What each case came to. Scorers that answer later are asked about several cases at a time. */
async function resultsOf(tallies: readonly CaseTally[], signal: AbortSignal | undefined): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (let first = 0, next = 0; first < tallies.length; first = next) {
    for (let trials = 0; next < tallies.length && (next === first || trials < mostAtOnce); next += 1) trials += tallies[next]?.runs ?? 0;
    results.push(...(await Promise.all(tallies.slice(first, next).map((tally) => tally.result(signal)))));
  }
  return results;
}

/** What twins cost, each trial once; one that is another case's input was paid for there. */
function twinDollarsOf(tallies: readonly CaseTally[], payers: readonly (CaseResult | undefined)[]): Iterable<number | undefined> {
  const twins = new Map(tallies.flatMap(({ twinDollars }) => [...twinDollars]));
  if (twins.size === 0) return [];
  const inputs = [...new Set(tallies.map(({ loaded }) => loaded.fingerprint))];
  for (const [index, payer] of payers.entries()) for (const { number } of payer?.trials ?? []) twins.delete(`${inputs[index]} ${number}`);
  return twins.values();
}

function* decisionsOf(result: CaseResult | undefined): Generator<Decision | undefined> {
  for (const { decision } of result?.trials ?? []) yield decision;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
