import type { ReportedTrial } from '../contracts/reported-case.ts';
import type { SettledOutcome, Trial } from '../contracts/trial.ts';
import { cutTexts } from '../text/cut-text.ts';
import type { TrialScores } from './judging/score-trial.ts';

/** A stored trial with its scores, as a report shows it: texts that nobody reads to their end are cut. */
export function reportedTrial(trial: Trial, scored: TrialScores, purpose: ReportedTrial['purpose']): ReportedTrial {
  const { usage, outcome } = trial;
  const detail = detailOf(outcome);
  return cutTexts({
    number: trial.key.number,
    series: trial.key.series,
    purpose,
    pass: scored.pass,
    outcome: outcome.kind,
    ...(outcome.kind === 'decided' ? { decision: outcome.decision } : {}),
    ...(detail === undefined ? {} : { detail }),
    findings: scored.scores.filter(({ hard }) => hard).flatMap(({ findings }) => findings),
    ...(scored.dollars === undefined ? {} : { dollars: scored.dollars }),
    tokens: usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    durationMs: trial.durationMs,
    transcript: trial.transcript,
  });
}

function detailOf(outcome: SettledOutcome): string | undefined {
  switch (outcome.kind) {
    case 'decided':
      return undefined;
    case 'refused':
      return outcome.explanation ?? outcome.category ?? undefined;
    case 'truncated':
      return outcome.stopReason;
    case 'invalid':
      return `${outcome.issues.join('; ')}\n${outcome.text}`;
    case 'no-decision':
      return outcome.reason;
  }
}

/** True when a trial shows a false approval: a yes where a no was expected. */
export function isFalseApproval({ findings }: Pick<ReportedTrial, 'findings'>): boolean {
  return findings.some(({ code }) => code === 'false-approval');
}

/** True when a trial decided wrongly in a field that is no yes/no. In a critical case each counts as harm: nothing says which of them approve. */
export function isWrongDecision({ findings }: Pick<ReportedTrial, 'findings'>): boolean {
  return findings.some(({ code }) => code === 'wrong-decision');
}

/** Of a critical case: a false approval, or a wrong decision where nothing says which decision approves. */
export function isHarmful(trial: Pick<ReportedTrial, 'findings'>): boolean {
  return isFalseApproval(trial) || isWrongDecision(trial);
}
