import { countAnswered, modelsOf, remarkOn } from '../../contracts/answered-by.ts';
import type { Notice } from '../../contracts/notice.ts';
import { endpointOf, isVendors } from '../../model/credentials.ts';
import { count, percent } from '../../text/figures.ts';
import { suiteDoubts, unseenModel } from '../judging/suite-doubts.ts';
import type { GateContext } from './gate-context.ts';
import type { KeptRuns } from './kept-runs.ts';
import type { CaseLedger } from './ledger.ts';

/** What a case that never failed still allows: of those the one that was run least, because nothing says of which case a reader thinks. */
export function boundNotice(ledgers: readonly CaseLedger[]): Notice | undefined {
  let fewest = Number.POSITIVE_INFINITY;
  for (const { runs } of ledgers) {
    const { passes, runs: made } = runs.candidate.counts();
    if (made > 0 && passes === made) fewest = Math.min(fewest, made);
  }
  if (!Number.isFinite(fewest)) return undefined;
  // Exact one-sided bound of Clopper and Pearson: the rate f with (1 - f)^n = 5 %.
  const failureRate = 1 - 0.05 ** (1 / fewest);
  return {
    kind: 'bound',
    message: `A case that passed ${fewest === 1 ? 'its only run' : `all of its ${fewest} runs`} may still fail in up to ${percent(failureRate)} of runs (95 % confidence).`,
  };
}

/** Why a pass says less than it seems to. */
export function suiteNotices({ mainConfig, suite, candidate }: GateContext, ledgers: readonly CaseLedger[]): Notice[] {
  const { agent } = mainConfig;
  const sides = ledgers.map(({ runs }) => runs.candidate);
  const calls = { trials: sides.reduce((sum, { length }) => sum + length, 0), any: sides.some(({ models }) => models.length > 0) };
  return [
    ...suiteDoubts(agent, suite.cases).map((message): Notice => ({ kind: 'weak-suite', message })),
    ...unseenModel(agent, candidate.identity.name, calls).map((message): Notice => ({ kind: 'no-model-call', message })),
  ];
}

/** A run that broke off counts neither way and is made again; an agent that breaks off itself, and more often than before, would pass by that without a word. */
export function retryNotice(ledgers: readonly CaseLedger[]): Notice | undefined {
  const again = (kept: readonly KeptRuns[]) => kept.reduce((sum, { triedAgain }) => sum + triedAgain, 0);
  const made = (kept: readonly KeptRuns[]) => kept.reduce((sum, { length }) => sum + length, 0);
  const [here, main] = [ledgers.map(({ runs }) => runs.candidate), ledgers.flatMap(({ runs, stored }) => [stored.judged, runs.baseline])];
  if (again(here) === 0) return undefined;
  return {
    kind: 'tried-again',
    message: `${count(again(here))} of the candidate's ${count(made(here))} runs broke off at first and were made again, ${count(again(main))} of main's ${count(made(main))}. That counts neither for nor against it, whoever is at fault: look whether it is the agent that ends, hangs or calls what fails, because its users would have got no answer.`,
  };
}

/** Judges that were asked and decide nothing. */
export function judgeNotices(advisory: ReadonlyMap<string, string>): Notice[] {
  return [...advisory].map(([judge, why]) => ({ kind: 'advisory-judge', message: `The judge "${judge}" only informs: ${why}.` }));
}

/** Where live calls went when not to the vendor, and under which name the model answered when not under that which was asked. */
export function answerNotices({ mode, environment, candidate, main }: GateContext, ledgers: readonly CaseLedger[]): Notice[] {
  if (mode !== 'live') return [];
  const endpoint = endpointOf(environment);
  const sides = [
    ['candidate', candidate, ledgers.map(({ runs }) => runs.candidate)],
    ['main', main, ledgers.flatMap(({ runs, stored }) => [stored.judged, runs.baseline])],
  ] as const;
  const remarks = sides.flatMap(([side, { version }, kept]): Notice[] => {
    const remark = remarkOn(version.model, countAnswered(modelsOfEach(kept)));
    return remark ? [{ kind: 'answered-by', message: `${side}: ${remark.text}.` }] : [];
  });
  if (isVendors(endpoint)) return remarks;
  return [{ kind: 'endpoint', message: `Live calls go to ${endpoint}, which is not the vendor's own server.` }, ...remarks];
}

/** Read one by one: a baseline may have a million. */
function* modelsOfEach(kept: readonly KeptRuns[]): Generator<string[]> {
  for (const runs of kept) for (const { trial } of runs) yield modelsOf(trial.transcript);
}
