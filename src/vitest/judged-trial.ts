import type { Agent } from '../agent/define-agent.ts';
import type { Case } from '../contracts/case.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Finding, Score } from '../contracts/score.ts';
import type { TrialEvidence } from '../contracts/scorer.ts';
import type { SettledOutcome, Trial } from '../contracts/trial.ts';
import type { VersionIdentity } from '../contracts/version.ts';
import type { Family } from '../flows/cases/load-cases.ts';
import { isScorerFailure, type ScorerFault } from '../flows/judging/ask-scorer.ts';
import { evidenceOf, scoreCase, type TrialScores } from '../flows/judging/score-trial.ts';
import type { Scoring } from '../flows/judging/scoring.ts';
import type { VersionOnCase } from '../flows/judging/wanted-trials.ts';

/** One trial with what the agent's scorers say of it: what the matchers take. */
export interface JudgedTrial {
  /** Repeats are numbered from 1. */
  readonly number: number;
  readonly case: Case;
  readonly version: VersionIdentity;
  readonly outcome: SettledOutcome;
  /** Undefined when the trial ended without one. */
  readonly decision: Decision | undefined;
  /** Every hard scorer passed. */
  readonly pass: boolean;
  readonly scores: readonly Score[];
  /** What is wrong by any scorer, each fault once. */
  readonly findings: readonly Finding[];
  /** What scorers of repeats say of all trials of this case in the run that this one is of. */
  readonly together: Together;
  /** All that a scorer may look at. */
  readonly evidence: TrialEvidence;
  readonly agent: Agent;
  /** The case's twins, where relations are checked. */
  readonly family?: Family;
  /** Commands that show the trial again, one a line. */
  readonly rerun: string;
}

/** What scorers of repeats say of the trials of a case, or why one of them does not. */
export interface Together {
  readonly trials: number;
  readonly scores: readonly Score[];
  readonly failure?: ScorerFault;
}

/** A trial as the matchers take it. Pure: the same trial is always told alike. @internal */
export function judgedTrial(
  scoring: Scoring,
  { version: { version, identity }, loaded }: VersionOnCase,
  trial: Trial,
  { pass, scores }: TrialScores,
  rerun: string,
): JudgedTrial {
  const findings = new Map(scores.flatMap((score) => score.findings).map((finding) => [`${finding.code} ${finding.message}`, finding]));
  return {
    number: trial.key.number,
    case: loaded.case,
    version: identity,
    outcome: trial.outcome,
    decision: trial.outcome.kind === 'decided' ? trial.outcome.decision : undefined,
    pass,
    scores,
    findings: [...findings.values()],
    together: { trials: 0, scores: [] },
    evidence: evidenceOf(scoring, version, loaded, trial),
    agent: scoring.agent,
    ...(loaded.family ? { family: loaded.family } : {}),
    rerun,
  };
}

/**
 * The trials of one run with what scorers of repeats say of each case: a matcher waits for nobody.
 * @throws {ScorerFault} when one of them does not judge
 * @internal
 */
export async function withRepeats(scoring: Scoring, trials: readonly JudgedTrial[], signal: AbortSignal): Promise<JudgedTrial[]> {
  if (!scoring.agent.scorers.some(({ scope }) => scope === 'case')) return [...trials];
  const scored = [...Map.groupBy(trials, (trial) => trial.case)].map(async ([found, repeats]) => {
    const runs = repeats.map(({ evidence }) => evidence.trial);
    const trials = repeats.length;
    try {
      return [found, { trials, scores: await scoreCase(scoring, { case: found }, runs, signal) }] as const;
    } catch (failure) {
      // It is told where somebody asks for it: scorers of repeats only inform.
      if (!isScorerFailure(failure)) throw failure;
      return [found, { trials, scores: [], failure }] as const;
    }
  });
  const together = new Map<Case, Together>(await Promise.all(scored));
  return trials.map((trial) => ({ ...trial, together: together.get(trial.case) ?? trial.together }));
}
