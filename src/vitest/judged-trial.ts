import type { Agent } from '../agent/define-agent.ts';
import type { Case } from '../contracts/case.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Finding, Score } from '../contracts/score.ts';
import type { TrialEvidence } from '../contracts/scorer.ts';
import type { SettledOutcome, Trial } from '../contracts/trial.ts';
import type { VersionIdentity } from '../contracts/version.ts';
import { evidenceOf, type TrialScores } from '../flows/judging/score-trial.ts';
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
  /** All that a scorer may look at. */
  readonly evidence: TrialEvidence;
  readonly agent: Agent;
  /** Commands that show the trial again, one a line. */
  readonly rerun: string;
}

/** A trial as the matchers take it. Pure: the same trial is always told alike. */
export function judgedTrial(
  agent: Agent,
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
    evidence: evidenceOf(version, loaded, trial),
    agent,
    rerun,
  };
}
