import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { sameValue } from '../../contracts/compare-values.ts';
import type { CaseResult, RelationResult } from '../../contracts/evaluation.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { ownField } from '../../contracts/own-field.ts';
import type { DecidedInput, Relation } from '../../contracts/relation.ts';
import type { LoadedCase } from '../cases/load-cases.ts';

/** A case as it was tried, with what came of it. */
export interface TriedCase {
  readonly loaded: LoadedCase;
  readonly result: CaseResult;
}

/** What became of each relation that was checked, in the order in which the agent declares them. */
export function relationResults(agent: Agent, cases: readonly TriedCase[]): RelationResult[] {
  const asked = new Set(
    cases.flatMap(({ loaded: { family } }) => [...(family?.twins ?? []), ...(family?.notJudged ?? [])].map(({ relation }) => relation)),
  );
  return (agent.relations ?? []).filter(({ name }) => asked.has(name)).map((relation) => resultOf(agent, relation, cases));
}

function resultOf(agent: Agent, relation: Relation, cases: readonly TriedCase[]): RelationResult {
  const { name, kind } = relation;
  const judged = cases.filter(({ loaded: { family } }) => family?.twins.some((twin) => twin.relation === name));
  const notJudged = cases
    .filter((each) => !judged.includes(each))
    .flatMap(({ loaded: { family } }) => family?.notJudged.find((each) => each.relation === name)?.why ?? []);
  const broken = judged.flatMap(({ result }) => {
    const scores = result.trials.flatMap(({ scores }) => scores.find((score) => score.name === name) ?? []);
    const trials = scores.filter(({ pass }) => !pass).length;
    const [example] = scores.flatMap(({ findings }) => findings);
    if (trials === 0 || !example) return [];
    return [{ caseId: result.caseId, trials, runs: scores.length, example, repeatsDiffer: repeatsDiffer(agent, relation, result) }];
  });
  return {
    name,
    kind,
    cases: judged.length,
    twins: judged.reduce((sum, { loaded }) => sum + (loaded.family?.twins.filter((twin) => twin.relation === name).length ?? 0), 0),
    broken,
    ...(broken.length === 0 && isIdle(agent, relation, judged) ? { idle: true } : {}),
    notJudged: { cases: notJudged.length, why: [...new Set(notJudged)] },
  };
}

/** True when nothing that could be decided on the twins breaks it: not the contrary of what was decided, no other number, no other word. */
function isIdle(agent: Agent, { name, check }: Relation, judged: readonly TriedCase[]): boolean {
  const rules = rulesOf(agent);
  const finds = (one: DecidedInput, other: DecidedInput) => {
    try {
      return check(one, other, rules).length > 0;
    } catch {
      return true;
    }
  };
  const families = judged.flatMap(({ loaded, result }) => {
    const decision = result.trials.find((trial) => trial.decision !== undefined)?.decision;
    return decision ? [{ loaded, decision }] : [];
  });
  return (
    families.length > 0 &&
    families.every(({ loaded: { input, family }, decision }) =>
      (family?.twins ?? [])
        .filter((twin) => twin.relation === name)
        .every((twin) =>
          alteredDecisions(decision).every(
            (altered) =>
              !finds({ input, decision }, { input: twin.input, decision: altered }) &&
              !finds({ input, decision: altered }, { input: twin.input, decision }),
          ),
        ),
    )
  );
}

/** The contrary of a decision, one with larger figures, one with smaller ones, and one without a field. */
function alteredDecisions(decision: JsonObject): JsonObject[] {
  const altered = (change: (value: number) => number): JsonObject =>
    Object.fromEntries(
      Object.entries(decision).map(([field, value]) => [
        field,
        typeof value === 'boolean'
          ? !value
          : typeof value === 'number'
            ? change(value)
            : typeof value === 'string'
              ? `not ${value}`
              : value,
      ]),
    );
  return [altered((value) => value), altered((value) => value * 2 + 1), altered((value) => -value - 1), {}];
}

/** True when the decisions on the case itself differ from trial to trial, so that a twin may have been decided otherwise by luck. */
function repeatsDiffer(agent: Agent, { fields }: Relation, { trials }: CaseResult): boolean {
  const { approvalField, comparators } = rulesOf(agent);
  const [first, ...others] = trials.map(({ decision }) => decision);
  const compared = fields ?? (approvalField === undefined ? [] : [approvalField]);
  return others.some((decision) =>
    compared.some((field) => !sameValue(field, ownField(decision, field), ownField(first, field), comparators)),
  );
}
