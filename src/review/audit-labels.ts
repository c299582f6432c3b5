import type { AuditedCase, AuditRules } from './audit-rules.ts';
import { contradictions } from './contradictions.ts';
import type { LabelSuspect } from './label-suspect.ts';
import { shownDecision } from './shown-decision.ts';

/**
 * Looks for labels that cannot be right: against the policy, against how their own dispute ended, and against each other. A label that people
 * resolved a dispute for is theirs: the policy alone does not accuse it again. Pure.
 */
export function auditLabels(cases: readonly AuditedCase[], rules: AuditRules): LabelSuspect[] {
  const own = cases.flatMap((audited) => againstResolution(audited, rules) ?? againstPolicy(audited, rules) ?? []);
  const accused = new Set(own.map(({ caseId }) => caseId));
  return [...own, ...contradictions(cases, rules, accused)];
}

function againstResolution(audited: AuditedCase, { meetsLabel }: AuditRules): LabelSuspect | undefined {
  const { dispute, label, id } = audited.case;
  if (!dispute?.resolution || meetsLabel(audited, dispute.resolution.decision)) return undefined;
  const { decision, argument } = dispute.resolution;
  return {
    caseId: id,
    by: 'resolution',
    reason: `the label says ${shownDecision(label.decision)}, but its dispute ended with ${shownDecision(decision, label.decision)}: ${argument}`,
    instead: decision,
  };
}

function againstPolicy(audited: AuditedCase, { policy, explain, meetsLabel }: AuditRules): LabelSuspect | undefined {
  const { case: found, input } = audited;
  if (!policy || found.dispute?.resolution?.reviewer.kind === 'human') return undefined;
  const decision = policy(input);
  if (meetsLabel(audited, decision)) return undefined;
  const differing = Object.keys(found.label.decision).filter((field) => Object.hasOwn(decision, field));
  const told = Object.fromEntries(differing.map((field) => [field, decision[field] ?? null]));
  return {
    caseId: found.id,
    by: 'policy',
    reason: `the label says ${shownDecision(found.label.decision)}, but the policy computes ${shownDecision(told)}${explain ? `: ${explain(input)}` : ''}`,
    instead: decision,
  };
}
