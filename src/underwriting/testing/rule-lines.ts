import type { Rules } from '../simulated/rules.ts';

/** Words that only the line of this rule has in version 2's prompt: rules are found by what they say, wherever they stand and whatever their number. */
const wordsOf: { readonly [Name in keyof Rules]: string } = {
  callAllTools: 'ALL tools',
  capApproval: 'at or below the tier',
  maximumLoanFromTool: 'calc_max_loan',
  paymentOfProposedLoan: 'monthly_payment',
  thirtyYears: '30-year',
  noInventedRules: 'Invent no rules',
  reasoningAgrees: 'reasoning must agree',
};

/** The prompt without the one line that lays a rule down; everything else stays as it is, numbers included. */
export function withoutRule(prompt: string, rule: keyof Rules): string {
  const lines = prompt.split('\n');
  const kept = lines.filter((line) => !line.includes(wordsOf[rule]));
  if (kept.length !== lines.length - 1) {
    throw new Error(`${lines.length - kept.length} lines of the prompt say "${wordsOf[rule]}"; expected one, which lays down ${rule}.`);
  }
  return kept.join('\n');
}
