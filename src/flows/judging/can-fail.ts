import type { Score } from '../../contracts/score.ts';
import type { TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import { relationScorer } from '../../scorers/relations/relation-scorer.ts';
import { isThenable } from './ask-scorer.ts';
import type { Scoring } from './scoring.ts';
import { spoiledRuns } from './spoiled-runs.ts';

/** The code of the one finding in a trial that nothing could have failed. */
export const cannotFail = 'cannot-fail';

/** What is known of a case, by who judged it, as long as somebody scores. */
const known = new WeakMap<Scoring, Map<string, Promise<boolean> | boolean>>();

/**
 * False where every hard scorer that passed a trial also passes it spoiled: then a pass says nothing. What answers later is asked about spoiled runs only where
 * nothing that answers at once can fail, and what it said of them is kept; where it gives no answer, nothing is held against it.
 * @param scores what the scorers said of the trial as it is
 */
export function canFail(
  scoring: Scoring,
  evidence: TrialEvidence,
  scores: readonly Score[],
  signal: AbortSignal,
): Promise<boolean> | boolean {
  const judging = scores.filter(({ hard }) => hard).map(({ name }) => name);
  const cases = known.get(scoring) ?? new Map<string, Promise<boolean> | boolean>();
  known.set(scoring, cases);
  const key = JSON.stringify([evidence.case.id, judging]);
  const before = cases.get(key);
  if (before !== undefined) return before;
  const found = tryToFail(scoring, evidence, judging, signal);
  cases.set(key, found);
  // Somebody gave up waiting; the next one asks anew.
  found.then(
    (answer) => cases.set(key, answer),
    () => cases.delete(key),
  );
  return found;
}

async function tryToFail(scoring: Scoring, evidence: TrialEvidence, names: readonly string[], signal: AbortSignal): Promise<boolean> {
  const { scorers, relations = [] } = scoring.agent;
  const judging = [
    ...scorers.filter((scorer): scorer is TrialScorer => scorer.scope === 'trial' && names.includes(scorer.name)),
    ...relations.filter(({ name }) => names.includes(name)).map(relationScorer),
  ];
  const later = judging.filter((scorer) => scoring.answersLater(scorer));
  for (const scorer of judging) if (!later.includes(scorer) && failsAtOnce(scorer, evidence, signal)) return true;
  for (const scorer of later) if (await failsLater(scoring, scorer, evidence, signal)) return true;
  return false;
}

function failsAtOnce(scorer: TrialScorer, evidence: TrialEvidence, signal: AbortSignal): boolean {
  return spoiledRuns(evidence, scorer).some((spoiled) => {
    try {
      const answer = scorer.score(spoiled, { signal });
      return isThenable(answer) || answer?.pass === false;
    } catch {
      // It reads what a decision always has: such a decision fails by itself.
      return true;
    }
  });
}

async function failsLater(scoring: Scoring, scorer: TrialScorer, evidence: TrialEvidence, signal: AbortSignal): Promise<boolean> {
  for (const [index, spoiled] of spoiledRuns(evidence, scorer).entries()) {
    // Under a name of its own, always the same one, so that nobody is asked twice.
    const key = evidence.trial.key && { ...evidence.trial.key, series: 'spoiled', number: index + 1 };
    const asked = key ? { ...spoiled, trial: { ...spoiled.trial, key } } : spoiled;
    try {
      const score = await scoring.ask(scorer, asked, signal, `case ${spoiled.case.id}, a spoiled run`);
      if (score?.pass === false) return true;
    } catch {
      signal.throwIfAborted();
      return true;
    }
  }
  return false;
}
