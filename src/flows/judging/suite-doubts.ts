import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { sameValue } from '../../contracts/compare-values.ts';
import { comparatorsFor } from '../../contracts/decision-rules.ts';
import { ownField } from '../../contracts/own-field.ts';
import type { Score } from '../../contracts/score.ts';
import { decisionScorerOf } from '../../contracts/scorer.ts';
import type { Transcript } from '../../contracts/transcript.ts';
import { count, counted } from '../../text/figures.ts';
import type { LoadedCase } from '../cases/load-cases.ts';

/** Why a suite says less than it seems to, though every trial of it was judged: it is no fault of the agent that passes. */
export function suiteDoubts(agent: Agent, cases: readonly LoadedCase[]): string[] {
  const [first, ...rest] = cases;
  const alike = onlyAlike(agent, cases);
  if (!first || rest.length === 0) return alike;
  const all = count(cases.length);
  if (rest.every(({ fingerprint }) => fingerprint === first.fingerprint))
    return [`All ${all} cases have the same input, so they are one case, counted ${all} times. Add cases with other inputs.`];
  const constant = decisionScorerOf(agent.scorers) && answerToAll(agent, cases);
  if (!constant) return alike;
  const answer = JSON.stringify(constant.case.label.decision).slice(0, 120);
  return [
    `All ${all} cases expect the same decision, so an agent that answers ${answer} whatever it is asked passes them all. Add a case that expects another one.`,
  ];
}

/** A case whose expected decision is every case's. */
function answerToAll(agent: Agent, cases: readonly LoadedCase[]): LoadedCase | undefined {
  // Asked first: the case that the one before did not meet, because files often lie in the order of their labels.
  let [against] = cases;
  const isMet = (one: LoadedCase, other: LoadedCase) => {
    if (meets(agent, one, other)) return true;
    against = other;
    return false;
  };
  return cases.find((one) => against && meets(agent, one, against) && cases.every((other) => isMet(one, other)));
}

/** Where nothing but relations judges, and none of them says which way a decision has to go. */
function onlyAlike({ scorers, relations = [] }: Agent, cases: readonly LoadedCase[]): string[] {
  const judging = new Set(cases.flatMap(({ family }) => family?.twins.map(({ relation }) => relation) ?? []));
  const kinds = relations.flatMap(({ name, kind }) => (judging.has(name) ? [kind] : []));
  if (scorers.some(({ scope }) => scope === 'trial') || kinds.length === 0 || kinds.includes('straddle')) return [];
  return [
    'No scorer looks at a decision, and the relations that judge only compare decisions with each other, so an agent that answers the same whatever it is asked passes. Give it expectedDecision, or a relation that says where the decision flips (straddle).',
  ];
}

/** Which scorers said something of a trial. */
export class ScorersHeard {
  readonly names = new Set<string>();
  trials = 0;

  add({ scores }: { readonly scores: readonly Pick<Score, 'name'>[] }): void {
    this.trials += 1;
    for (const { name } of scores) this.names.add(name);
  }
}

/** Trial scorers that had nothing to say of any trial, though all cases were run. */
export function muteScorers({ scorers }: Agent, { names: heard, trials: judged }: ScorersHeard): string[] {
  if (judged === 0) return [];
  return scorers.flatMap(({ scope, name }) =>
    scope === 'trial' && !heard.has(name)
      ? [
          `The scorer "${name}" had nothing to judge in any of ${counted(judged, 'trial')}, so it can fail none. Remove it, or give it what it looks at.`,
        ]
      : [],
  );
}

/** Whether trials asked a model, not what was said. */
export class ModelCallsSeen {
  trials = 0;
  any = false;

  constructor(transcripts: readonly Pick<Transcript, 'steps'>[] = []) {
    for (const transcript of transcripts) this.add(transcript);
  }

  add({ steps }: Pick<Transcript, 'steps'>): void {
    this.trials += 1;
    this.any ||= steps.some(({ kind }) => kind === 'model-call');
  }
}

/** An agent that answers by itself may answer without a model, and then its trials say nothing of one. */
export function unseenModel(agent: Pick<Agent, 'own'>, name: string, { trials, any }: Pick<ModelCallsSeen, 'trials' | 'any'>): string[] {
  if (!agent.own || trials === 0 || any) return [];
  return [
    `No model call was seen in any of ${counted(trials, 'trial')} of ${name}. If it asks a model, let it say so (in its answer's transcript, or in spans); if it does not, these trials say nothing of one.`,
  ];
}

/** True when the one's expected decision, given as an answer, is the other's too. */
function meets(agent: Agent, { case: one }: LoadedCase, { case: other }: LoadedCase): boolean {
  const comparators = comparatorsFor(rulesOf(agent), other);
  return Object.entries(other.label.decision).every(([field, expected]) =>
    sameValue(field, ownField(one.label.decision, field), expected, comparators),
  );
}
