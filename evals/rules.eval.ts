import { describe } from 'vitest';
import type { Agent } from '../src/index.ts';
import { underwriter } from '../src/underwriting/agent.ts';
import { alwaysSimulated, expect, test } from '../src/vitest/index.ts';

// What each rule is there for is known of the stand-in, which follows a rule when the prompt holds it and not otherwise.
test.override('evalsMode', alwaysSimulated);

/** What version 2 shows without one of its rules, and nothing else beside it. */
const bringsBack = [
  { rule: 1, about: 'call all tools', faults: ['tool-not-called', 'wrong-max-loan'] },
  { rule: 2, about: 'approve only up to the maximum DTI', faults: ['false-approval', 'approval-against-dti'] },
  { rule: 3, about: 'max_loan from the tool', faults: ['wrong-max-loan'] },
  { rule: 4, about: "monthly_payment is the proposed loan's", faults: ['wrong-monthly-payment'] },
  { rule: 5, about: 'every loan is for 30 years', faults: ['wrong-monthly-payment'] },
  { rule: 6, about: 'invent no rules', faults: ['invented-rule', 'false-denial', 'denial-against-dti', 'wrong-max-loan'] },
  { rule: 7, about: 'the reasoning agrees with the fields', faults: ['contradiction'] },
] as const;

describe('version 2 without one of its rules', () => {
  test.for(bringsBack)('rule $rule: $about', async ({ rule, faults }, { docket }) => {
    const without = await docket.with({ agent: withoutRule(rule) });
    const trials = await without.run('v2', { trials: 10 });
    for (const fault of faults) expect(trials).toShowFinding(fault, { atLeast: 1 });
    expect(new Set(trials.flatMap(({ findings }) => findings.map(({ code }) => code)))).toEqual(new Set<string>(faults));
  });

  test('without rule 4 the payment is the existing debt, without rule 5 it is for 5 years', async ({ docket }) => {
    const cases = ['07-loan-44-times-income'];
    const withoutFour = await (await docket.with({ agent: withoutRule(4) })).run('v2', { cases, trials: 20 });
    expect(payments(withoutFour)).toEqual(new Set([13_575.76, 750]));
    const withoutFive = await (await docket.with({ agent: withoutRule(5) })).run('v2', { cases, trials: 20 });
    expect(payments(withoutFive)).toEqual(new Set([13_575.76, 39_791.39]));
  });

  test('all seven are in the prompt, and with all of them nothing is wrong', async ({ docket }) => {
    expect(bringsBack.map(({ rule }) => ruleLine(rule))).toHaveLength(7);
    expect(await docket.run('v2', { trials: 10 })).toPass();
  });
});

function payments(trials: readonly { readonly decision: Readonly<Record<string, unknown>> | undefined }[]) {
  return new Set(trials.map(({ decision }) => decision?.monthly_payment));
}

/** The underwriter with one rule taken out of its second prompt; the other rules keep their numbers. */
function withoutRule(rule: number): Agent {
  const v2 = `${underwriter.prompts.v2}`.replace(`${ruleLine(rule)}\n`, '').replace(`\n${ruleLine(rule)}`, '');
  expect(v2).not.toContain(ruleLine(rule));
  return { ...underwriter, prompts: { ...underwriter.prompts, v2 } };
}

function ruleLine(rule: number): string {
  const line = underwriter.prompts.v2?.split('\n').find((text) => text.startsWith(`${rule}. `));
  if (line === undefined)
    throw new Error(`The second prompt has no rule ${rule}. Its rules are expected on lines of their own, as "1. …".`);
  return line;
}
