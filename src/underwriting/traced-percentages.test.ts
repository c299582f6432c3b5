import { expect, it } from 'vitest';
import type { JsonObject, TrialEvidence } from '../index.ts';
import { tracedPercentages } from './traced-percentages.ts';

/** Good: 40 %, 7.2 %; the DTI is 13.33 % before the loan, 35.96 % with it. */
const input = { annual_income: 90_000, total_debt: 12_000, credit_score: 700, loan_amount: 250_000 };

function untraced(reasoning: string): (string | undefined)[] {
  const steps = [{ kind: 'tool-call', tool: 'calc_dti', input: {}, isError: false, result: 'Stress DTI: 51.25%' }];
  const outcome = { kind: 'decided', decision: { approved: true, post_loan_dti: 35.96, reasoning } };
  const evidence = { input: input as JsonObject, trial: { outcome, transcript: { userMessage: '', steps } } } as unknown as TrialEvidence;
  const score =
    tracedPercentages.scope === 'trial' ? tracedPercentages.score(evidence, { signal: new AbortController().signal }) : undefined;
  return score && 'findings' in score ? score.findings.map(({ message }) => /says (.*?), which/.exec(message)?.[1]) : [];
}

it.each([
  'The post-loan DTI of 35.96% is within the maximum of 40%.',
  'About 36 percent, with a rate of 7.2 %.',
  'It leaves 4.04 % of room, and was 13.3% before.',
  'Even the stress DTI of 51.25% is known.',
  'Approved.',
])('%s', (reasoning) => expect(untraced(reasoning)).toEqual([]));

it.each([
  ['By my own estimate the DTI is 64.8%.', ['64.8%']],
  ['A DTI of 35.90% is within 45 %.', ['35.90%', '45 %']],
])('%s', (reasoning, expected) => expect(untraced(reasoning)).toEqual(expected));
