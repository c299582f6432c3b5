import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { countAnswered } from '../../contracts/answered-by.ts';
import { confusionOf } from '../../contracts/confusion-of.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import type { CaseResult, VersionResult } from '../../contracts/evaluation.ts';
import { decisionScorerOf } from '../../contracts/scorer.ts';
import type { VersionIdentity } from '../../contracts/version.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { total } from '../judging/trial-dollars.ts';
import type { CaseTally } from './case-tally.ts';
import { relationResults } from './relation-results.ts';

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
  const cases = await Promise.all(tallies.map((tally) => tally.result(signal)));
  const trials = cases.flatMap((result) => result.trials);
  const inputs = new Map(tallies.map(({ loaded }, index) => [loaded.fingerprint, cases[index]?.trials ?? []]));
  const paid = [...inputs.values()].flat();
  const relations = relationResults(
    agent,
    tallies.map(({ loaded }, index) => ({ loaded, result: cases[index] as CaseResult })),
  );
  const twins = new Map(tallies.flatMap(({ twinDollars }) => [...twinDollars]));
  // A twin that is another case's input was paid for there.
  for (const [input, each] of inputs) for (const { number } of each) twins.delete(`${input} ${number}`);
  const confusion = confusionOf(
    rulesOf(agent),
    tallies.map(({ loaded }, index) => ({ case: loaded.case, decisions: (cases[index]?.trials ?? []).map(({ decision }) => decision) })),
  );
  const infraErrors = cases.flatMap((result) => result.infraErrors).length;
  const showing = (code: string) =>
    trials.filter(({ scores }) => scores.some(({ findings }) => findings.some((finding) => finding.code === code))).length;
  const wrongDecisions = showing('wrong-decision');
  const agreements = cases.flatMap(({ scores }) => scores.flatMap(({ measures }) => measures?.agreement ?? []));
  const lost = cases.flatMap((result) => result.infraErrors).filter(({ error }) => error !== 'scorer');
  const dollars = total([...[...paid, ...lost].map((trial) => trial.dollars), ...twins.values()]);
  const cached = paid.flatMap(({ cache }) => cache ?? []);
  const savedDollars = total(cached.map((cache) => cache.savedDollars));
  const answered = trials.map((trial) => trial.answeredBy ?? [identity.model]);
  return {
    version: identity,
    role,
    ...(trials.some((trial) => trial.answeredBy) ? { answeredBy: countAnswered(answered) } : {}),
    cases,
    ...(confusion === undefined ? {} : { confusion }),
    ...(relations.length === 0 ? {} : { relations }),
    ...(notCompared.length === 0 ? {} : { notCompared: [...notCompared] }),
    totals: {
      passes: sum(cases.map(({ passes }) => passes)),
      runs: trials.length,
      falseApprovals: showing('false-approval'),
      falseDenials: showing('false-denial'),
      ...(wrongDecisions === 0 ? {} : { wrongDecisions }),
      infraErrors,
      notRun: Math.max(0, planned - trials.length - infraErrors),
      ...(agreements.length > 0 ? { agreement: sum(agreements) / agreements.length } : {}),
      tokens: sum(trials.map(({ tokens }) => tokens)),
      ...(dollars === undefined ? {} : { dollars }),
      ...(cached.length === 0
        ? {}
        : {
            cache: { readTokens: sum(cached.map(({ readTokens }) => readTokens)), ...(savedDollars === undefined ? {} : { savedDollars }) },
          }),
      meanDurationMs: trials.length > 0 ? sum(trials.map(({ durationMs }) => durationMs)) / trials.length : 0,
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
