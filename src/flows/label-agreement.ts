import type { Agent } from '../agent/define-agent.ts';
import { rulesOf } from '../agent/rules-of.ts';
import type { Case } from '../contracts/case.ts';
import { sameValue } from '../contracts/compare-values.ts';
import { comparatorsFor } from '../contracts/decision-rules.ts';
import type { JsonObject } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import { decisionScorerOf, type RunEvidence } from '../contracts/scorer.ts';
import { askAtOnce } from './judging/ask-scorer.ts';

/** What a decision is compared with. */
export interface Labelled {
  readonly case: Case;
  readonly input: JsonObject;
}

/** A case that exists only to be scored. */
export function casePlaceholder(id: string, input: JsonObject, decision: JsonObject): Case {
  return {
    id,
    title: id,
    input,
    label: { decision, source: 'policy', rationale: id, reviewers: [{ kind: 'policy' }] },
    origin: { kind: 'designed' },
  };
}

/**
 * True when a decision is what a case's label asks for: by the agent's own scorer that compares decisions, tolerances included; an agent without
 * one wants every field that both have to be equal.
 */
export function meetsLabel(agent: Agent, labelled: Labelled, decision: JsonObject): boolean {
  const scorer = decisionScorerOf(agent.scorers);
  if (scorer) {
    const evidence = {
      ...labelled,
      trial: decidedRun(decision),
      tools: [],
      decisionFields: undefined,
      dollars: undefined,
      rules: rulesOf(agent),
    };
    return askAtOnce(agent, scorer, evidence)?.pass ?? true;
  }
  const comparators = comparatorsFor(rulesOf(agent), labelled.case);
  return Object.entries(labelled.case.label.decision).every(
    ([field, value]) => !Object.hasOwn(decision, field) || sameValue(field, ownField(decision, field), value, comparators),
  );
}

/** A run that says nothing but its decision. */
function decidedRun(decision: JsonObject): RunEvidence {
  return {
    mode: 'recorded',
    transcript: { userMessage: '', steps: [] },
    usage: { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 },
    durationMs: 0,
    outcome: { kind: 'decided', decision },
  };
}
