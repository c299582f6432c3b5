import type { ReportedTrial } from '../contracts/reported-case.ts';
import type { SettledOutcome, Trial } from '../contracts/trial.ts';
import { cutTexts } from '../text/cut-text.ts';
import { cannotFail } from './judging/can-fail.ts';
import { notJudged, type TrialScores } from './judging/score-trial.ts';

/** A stored trial with its scores, as a report shows it: texts that nobody reads to their end are cut. */
export function reportedTrial(trial: Trial, scored: TrialScores, purpose: ReportedTrial['purpose']): ReportedTrial {
  return { ...lightTrial(trial, scored, purpose), transcript: cutTexts(trial.transcript) };
}

/** The same without what happened, which is most of it. */
export function lightTrial(trial: Trial, scored: TrialScores, purpose: ReportedTrial['purpose']): Omit<ReportedTrial, 'transcript'> {
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

/** True when a trial shows a false denial: a no where a yes was expected. */
export function isFalseDenial({ findings }: Pick<ReportedTrial, 'findings'>): boolean {
  return findings.some(({ code }) => code === 'false-denial');
}

/** True when a trial decided wrongly in a field that is no yes/no. */
export function isWrongDecision({ findings }: Pick<ReportedTrial, 'findings'>): boolean {
  return findings.some(({ code }) => code === 'wrong-decision');
}

/** False when no hard scorer had anything to say of a trial, or could have failed it. */
export function isJudged({ findings }: Pick<ReportedTrial, 'findings'>): boolean {
  return !findings.some(({ code }) => code === notJudged || code === cannotFail);
}

/** What does harm where the agent declares nothing: a false approval, or a wrong decision where nothing says which decision approves. */
const harmfulByItself: readonly string[] = ['false-approval', 'wrong-decision'];

/** True when what a trial decided does harm, by what the agent declares or, where it does not, by itself. It weighs in critical cases. */
export function isHarmful({ findings }: Pick<ReportedTrial, 'findings'>): boolean {
  return findings.some(({ code, harm }) => (harm === undefined ? harmfulByItself.includes(code) : harm > 0));
}
