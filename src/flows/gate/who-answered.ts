import { isAsked } from '../../contracts/answered-by.ts';
import { count } from '../../text/figures.ts';
import type { GateContext } from './gate-context.ts';
import type { CaseLedger } from './ledger.ts';

/** What is asked of who answered a side's trials. */
export interface AskedSide {
  /** In a sentence: `the candidate's trials`. */
  readonly name: string;
  readonly model: string;
  readonly answered: ReadonlySet<string>;
}

/**
 * Why live trials say nothing of the versions, or not of both alike: a stand-in answered, another model than the one that was asked, or
 * several snapshots of it. Undefined when all were answered as asked.
 */
export function wrongAnswerer(
  { mode, main, candidate, baseline, described, config }: GateContext,
  ledgers: readonly CaseLedger[],
): string | undefined {
  if (mode !== 'live') return undefined;
  const sides = ledgers.flatMap(({ runs, stored }) => [runs.candidate, runs.baseline, stored.judged]);
  const first = sides.find(({ standIns }) => standIns > 0)?.standIn;
  if (first !== undefined) {
    const [standIns, all] = [sum(sides.map((side) => side.standIns)), sum(sides.map(({ length }) => length))];
    return `Live trials were requested, but ${count(standIns)} of ${count(all)} were answered by a server that says it is a ${first} model.`;
  }
  // Such an agent may ask several models, and says itself which.
  if (described.agent.own ?? config.agent.own) return undefined;
  const answered = (of: typeof sides) => of.flatMap(({ models }) => models);
  const counted = ledgers.some(({ stored }) => stored.runs > 0) ? (baseline.answeredBy ?? []) : [];
  const mainSide: AskedSide = {
    name: "main's trials",
    model: main.version.model,
    answered: new Set([...counted, ...answered(ledgers.flatMap(({ runs, stored }) => [runs.baseline, stored.judged]))]),
  };
  const candidateSide: AskedSide = {
    name: "the candidate's trials",
    model: candidate.version.model,
    answered: new Set(answered(ledgers.map(({ runs }) => runs.candidate))),
  };
  return faultOf(mainSide) ?? faultOf(candidateSide) ?? differenceOf(mainSide, candidateSide);
}

/** Why the answers of one side are not of one model, the one that was asked. */
export function faultOf({ name, model, answered }: AskedSide): string | undefined {
  const other = [...answered].find((each) => !isAsked(model, each));
  if (other !== undefined) return `${model} was requested, but ${other.trim() || 'a model that gives no name'} answered some of ${name}.`;
  if (answered.size > 1)
    return `Several snapshots of ${model} answered ${name}: ${[...answered].sort().join(', ')}. They are not one model.`;
  return undefined;
}

function differenceOf(main: AskedSide, candidate: AskedSide): string | undefined {
  const [before] = main.answered;
  const [now] = candidate.answered;
  if (main.model !== candidate.model || before === undefined || now === undefined || before === now) return undefined;
  return `${main.model} was answered by ${before} in ${main.name} and by ${now} in ${candidate.name}: the alias now points elsewhere, so a difference might not come from the change. Refresh the baseline on main (docket baseline refresh), or pin a dated model.`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
