import { expect, it } from 'vitest';
import type { JsonObject, TrialEvidence } from '../index.ts';
import { toolResults } from './tool-results.ts';

/** Good: 40 %, 7.2 %. The payment of $250,000 is $1,696.97, the DTI (1,000 + 1,696.97) / 7,500 = 35.96 %; room for 2,000 is a loan of $294,642.71. */
const input = { annual_income: 90_000, total_debt: 12_000, credit_score: 700, loan_amount: 250_000 };

/** With a decision that loses nothing. */
const sound = { kind: 'decided', decision: { post_loan_dti: 35.96 } };

function findings(...results: readonly string[]): (string | undefined)[] {
  return findingsWith(sound, results);
}

function findingsWith(outcome: object, results: readonly string[]): (string | undefined)[] {
  const steps = results.map((result) => ({ kind: 'tool-call', tool: 'a_tool', input: {}, isError: false, result }));
  const evidence = { input: input as JsonObject, trial: { outcome, transcript: { userMessage: '', steps } } } as unknown as TrialEvidence;
  const score = toolResults.scope === 'trial' ? toolResults.score(evidence, { signal: new AbortController().signal }) : undefined;
  return score && 'findings' in score ? score.findings.map(({ message }) => message) : [];
}

it.each([
  [
    'what the tools print',
    'Existing monthly debt: $1,000.00\nProposed payment: $1,696.97 (30-year fixed at 7.2%)\nTotal monthly debt: $2,696.97\nMonthly income: $7,500.00\nPost-loan DTI: 35.96%\nTier maximum DTI: 40% (Good)',
  ],
  ['the largest loan', 'Maximum loan: $294,642.71 (30-year fixed at 7.2%)'],
  ['whole dollars', 'Proposed payment: $1,697'],
  ['the score', 'Score 700: Good. Max DTI: 40%. Rate: 7.2%'],
  ['nothing that has a name', 'All is well: 12.'],
])('lets pass %s', (_, result) => expect(findings(result)).toEqual([]));

it.each([
  ['Proposed payment: $1,663.03', "a_tool gives 1663.03 as the loan's payment; by the policy it is 1696.97"],
  ['Post-loan DTI: 13.33%', 'a_tool gives 13.33 as post-loan DTI; by the policy it is 35.96'],
  ['Total monthly debt: $1,000.00', 'a_tool gives 1000 as total monthly debt; by the policy it is 2696.97'],
  ['Maximum loan: $294,643.71', 'a_tool gives 294643.71 as maximum loan; by the policy it is 294642.71'],
  ['Maximum loan: $440,000.00', 'a_tool gives 440000 as maximum loan; by the policy it is 294642.71'],
  ['Score 700: Fair. Max DTI: 36%. Rate: 9.1%', 'a_tool gives 36 as maximum DTI; by the policy it is 40'],
])('finds what is wrong: %s', (result, message) => expect(findings(result)).toContain(message));

it('judges each tool by what it says itself', () => {
  expect(findings('Tier maximum DTI: 40% (Good)', 'Score 700: Good. Max DTI: 44%. Rate: 7.2%')).toEqual([
    'a_tool gives 44 as maximum DTI; by the policy it is 40',
  ]);
});

it('misses what the decision leaves out of what a tool gave', () => {
  const lost = { kind: 'decided', decision: { approved: true } };
  expect(findingsWith(lost, ['Post-loan DTI: 35.96%'])).toEqual(['a tool gave the post-loan DTI, and the decision has none']);
  expect(findingsWith(lost, ['DTI: 13.3%'])).toEqual([]);
  expect(findingsWith({ kind: 'refused' }, ['Post-loan DTI: 35.96%'])).toEqual([]);
});
