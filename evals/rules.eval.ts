import { describe } from 'vitest';
import type { Agent } from '../src/index.ts';
import { underwriter } from '../src/underwriting/agent.ts';
import type { Rules } from '../src/underwriting/simulated/rules.ts';
import { withoutRule } from '../src/underwriting/testing/rule-lines.ts';
import { alwaysSimulated, expect, test } from '../src/vitest/index.ts';

// What each rule is there for is known of the stand-in, which follows a rule when the prompt holds it and not otherwise.
test.override('evalsMode', alwaysSimulated);

/** What version 2 shows without one of its rules, and nothing else beside it. */
const bringsBack = [
  { rule: 'callAllTools', about: 'call all tools', faults: ['tool-not-called', 'wrong-max-loan'] },
  { rule: 'capApproval', about: 'approve only up to the maximum DTI', faults: ['false-approval', 'approval-against-dti'] },
  { rule: 'maximumLoanFromTool', about: 'max_loan from the tool', faults: ['wrong-max-loan'] },
  { rule: 'paymentOfProposedLoan', about: "monthly_payment is the proposed loan's", faults: ['wrong-monthly-payment'] },
  { rule: 'thirtyYears', about: 'every loan is for 30 years', faults: ['wrong-monthly-payment'] },
  {
    rule: 'noInventedRules',
    about: 'invent no rules',
    // The score that is asked for is a figure from nowhere, and the denial is not on the policy's ground.
    faults: ['invented-rule', 'false-denial', 'denial-against-dti', 'wrong-max-loan', 'untraced-number', 'wrong-ground'],
  },
  { rule: 'reasoningAgrees', about: 'the reasoning agrees with the fields', faults: ['contradiction', 'no-ground'] },
] as const;

describe('version 2 without one of its rules', () => {
  test.for(bringsBack)('rule $rule: $about', async ({ rule, faults }, { docket }) => {
    const changed = await docket.with({ agent: without(rule) });
    const trials = await changed.run('v2', { trials: 10 });
    for (const fault of faults) expect(trials).toShowFinding(fault, { atLeast: 1 });
    expect(new Set(trials.flatMap(({ findings }) => findings.map(({ code }) => code)))).toEqual(new Set<string>(faults));
  });

  test('the payment is the existing debt without the rule on it, and for 5 years without the rule on years', async ({ docket }) => {
    const cases = ['07-loan-44-times-income'];
    // Each is seen in at least every fourth trial: that sixty show one of them only has a chance of 0.75^60, three in 100 million.
    const onDebt = await (await docket.with({ agent: without('paymentOfProposedLoan') })).run('v2', { cases, trials: 60 });
    expect(payments(onDebt)).toEqual(new Set([13_575.76, 750]));
    const onYears = await (await docket.with({ agent: without('thirtyYears') })).run('v2', { cases, trials: 60 });
    expect(payments(onYears)).toEqual(new Set([13_575.76, 39_791.39]));
  });

  test('all seven are in the prompt, and with all of them nothing is wrong', async ({ docket }) => {
    expect(new Set(bringsBack.map(({ rule }) => without(rule).prompts.v2))).toHaveProperty('size', 7);
    expect(await docket.run('v2', { trials: 10 })).toPass();
  });
});

function payments(trials: readonly { readonly decision: Readonly<Record<string, unknown>> | undefined }[]) {
  return new Set(trials.map(({ decision }) => decision?.monthly_payment));
}

/** The underwriter with one rule taken out of its second prompt; the other rules keep their numbers. */
function without(rule: keyof Rules): Agent {
  return { ...underwriter, prompts: { ...underwriter.prompts, v2: withoutRule(`${underwriter.prompts.v2}`, rule) } };
}
