import type { Score } from '../../contracts/score.ts';
import type { CaseScorer } from '../../contracts/scorer.ts';
import { askCaseAtOnce } from '../../flows/judging/ask-scorer.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { JudgedTrial } from '../judged-trial.ts';
import type { MatcherState, SyncExpectationResult } from '../matcher-types.ts';
import { allHold } from './all-hold.ts';
import { type Look, repeatsIn, type Subject, subjectOf, trialsIn } from './subject.ts';

/** The agent's scorer of that name passes: for each trial, or, when it judges repeats together, for each case's trials. */
export function toPassScorer(this: MatcherState, received: unknown, name: string): SyncExpectationResult {
  return passScorer('toPassScorer', this.isNot, received, name);
}

/** A trial does not contradict itself; several trials do not contradict one another. */
export function toBeConsistent(this: MatcherState, received: unknown): SyncExpectationResult {
  return passScorer('toBeConsistent', this.isNot, received, Array.isArray(received) ? 'trial-consistency' : 'self-consistency');
}

/** Every hard scorer passes. */
export function toPass(this: MatcherState, received: unknown): SyncExpectationResult {
  const look = (trial: JudgedTrial): Look => {
    const failing = trial.scores.filter(({ hard, pass }) => hard && !pass);
    return {
      ...subjectOf(trial),
      holds: trial.pass,
      came: trial.pass ? 'every hard scorer passes' : failing.map((score) => `${score.name}: ${score.reason}`).join('; '),
    };
  };
  return allHold(this.isNot, 'pass', trialsIn('toPass', received).map(look));
}

function passScorer(matcher: string, isNot: boolean, received: unknown, name: string): SyncExpectationResult {
  const trials = trialsIn(matcher, received);
  return allHold(isNot, `pass the scorer ${name}`, looksOf(matcher, trials, name));
}

function looksOf(matcher: string, trials: readonly JudgedTrial[], name: string): Look[] {
  return repeatsIn(trials).flatMap((repeats) => {
    const [{ agent }] = repeats;
    const scorer = agent.scorers.find((one) => one.name === name);
    if (!scorer) {
      throw new TypeError(
        `${matcher}(): the agent "${agent.name}" has no scorer "${name}".${didYouMean(
          name,
          agent.scorers.map((one) => one.name),
        )}`,
      );
    }
    if (scorer.scope === 'case') return [lookTogether(matcher, repeats, scorer)];
    return repeats.map((trial) =>
      lookOf(
        matcher,
        subjectOf(trial),
        name,
        trial.scores.find((score) => score.name === name),
      ),
    );
  });
}

function lookTogether(matcher: string, repeats: readonly [JudgedTrial, ...JudgedTrial[]], scorer: CaseScorer): Look {
  const [first] = repeats;
  return lookOf(matcher, { ...subjectOf(first), number: undefined }, scorer.name, scoreOfRepeats(matcher, repeats, scorer));
}

/** Of all repeats what was said in the run; of a part of them what is said now. */
function scoreOfRepeats(matcher: string, repeats: readonly [JudgedTrial, ...JudgedTrial[]], scorer: CaseScorer): Score | undefined {
  const [{ together, agent, case: found }] = repeats;
  if (repeats.length === together.trials) {
    if (together.failure) throw together.failure;
    return together.scores.find(({ name }) => name === scorer.name);
  }
  const runs = repeats.map(({ evidence }) => evidence.trial);
  const said = askCaseAtOnce(agent, scorer, found, runs);
  if (said === 'later') {
    throw new TypeError(
      `${matcher}(): the scorer "${scorer.name}" answers later, and was asked about all ${together.trials} trials of case ${found.id} together. Give it all of them, as docket.run() gives them; it was given ${repeats.length}.`,
    );
  }
  return said;
}

function lookOf(matcher: string, subject: Subject, name: string, score: Score | undefined): Look {
  if (score) return { ...subject, holds: score.pass, came: score.reason };
  throw new TypeError(
    `${matcher}(): the scorer "${name}" has nothing to judge in case ${subject.caseId}. Repeats need at least two trials; a comparison needs a label.`,
  );
}
