import { canonicalJson } from '../contracts/canonical-json.ts';
import type { JsonObject } from '../contracts/json.ts';
import { count } from '../text/figures.ts';
import type { AuditedCase, AuditRules } from './audit-rules.ts';
import type { LabelSuspect } from './label-suspect.ts';
import { choiceOf } from './same-answer.ts';
import { shownDecision } from './shown-decision.ts';

/** What one version decided on one case, trial by trial. */
export interface VersionDecisions {
  readonly version: string;
  readonly prompt: string;
  readonly toolVariant: string;
  readonly decisions: readonly JsonObject[];
}

/** Trials of one version that have to agree before its answer counts. */
const fewestTrials = 3;

/**
 * A label is suspect when versions that have neither prompt nor tools in common all choose, in every trial, the same other thing. That is no
 * proof, versions may share a model's mistake: a label that the policy confirms stays out of it, and a person has to look at the others.
 */
export function againstVersions(audited: AuditedCase, versions: readonly VersionDecisions[], rules: AuditRules): LabelSuspect | undefined {
  const { case: found, input } = audited;
  if (rules.policy && rules.meetsLabel(audited, rules.policy(input))) return undefined;
  if (versions.length < 2 || versions.some(({ decisions }) => decisions.length < fewestTrials)) return undefined;
  if (!versions.some((one) => versions.some((other) => one.prompt !== other.prompt && one.toolVariant !== other.toolVariant)))
    return undefined;
  const expected = canonicalJson(choiceOf(found.label.decision));
  const choices = new Set(versions.flatMap(({ decisions }) => decisions.map((decision) => canonicalJson(choiceOf(decision)))));
  const [choice] = choices;
  const example = versions[0]?.decisions[0];
  if (choices.size !== 1 || choice === expected || example === undefined || expected === '{}') return undefined;
  const counts = versions.map(({ version, decisions }) => `${version} ${count(decisions.length)} of ${count(decisions.length)}`).join(', ');
  return {
    caseId: found.id,
    by: 'versions',
    reason: `the label says ${shownDecision(choiceOf(found.label.decision))}, but unrelated versions agree on ${shownDecision(choiceOf(example))} (${counts} trials)`,
    instead: choiceOf(example),
  };
}
