import type { Decision } from '../contracts/decision.ts';
import type { JsonValue } from '../contracts/json.ts';
import type { Finding, Score } from '../contracts/score.ts';
import type { Transcript } from '../contracts/transcript.ts';
import type { SettledOutcome } from '../contracts/trial.ts';
import { amount } from '../text/figures.ts';

/** The score of a check that either holds or names what is wrong. */
export function scoreOf(name: string, hard: boolean, findings: readonly Finding[], passReason: string): Score {
  const pass = findings.length === 0;
  return {
    name,
    hard,
    pass,
    value: pass ? 1 : 0,
    reason: pass ? passReason : findings.map(({ message }) => message).join('; '),
    findings: [...findings],
  };
}

/** The decision of a trial, or why there is none. */
export function decisionOf(outcome: SettledOutcome): { readonly decision: Decision } | { readonly missing: Finding } {
  switch (outcome.kind) {
    case 'decided':
      return { decision: outcome.decision };
    case 'refused':
      return { missing: { code: 'refused', message: `no decision: the model refused${outcome.category ? ` (${outcome.category})` : ''}` } };
    case 'truncated':
      return { missing: { code: 'truncated', message: `no decision: the answer was cut off (${outcome.stopReason})` } };
    case 'invalid':
      return { missing: { code: 'invalid-decision', message: `no valid decision: ${outcome.issues.join('; ')}` } };
    case 'no-decision':
      return { missing: { code: 'no-decision', message: `no decision: ${outcome.reason}` } };
  }
}

/** A value as reasons show it: numbers with thousands separators, everything else as JSON. */
export function shown(value: unknown): string {
  if (typeof value !== 'number') return JSON.stringify(value) ?? 'nothing';
  return amount(value);
}

/** What the agent said last in words; undefined where its words are not known. */
export function lastText({ steps }: Transcript): string | undefined {
  return steps.flatMap((step) => (step.kind === 'model-call' ? step.content.filter(isText).map(({ text }) => text) : [])).at(-1);
}

function isText(block: JsonValue): block is { readonly type: 'text'; readonly text: string } {
  return typeof block === 'object' && block !== null && !Array.isArray(block) && block.type === 'text' && typeof block.text === 'string';
}
