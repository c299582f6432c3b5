import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonObject, resolveVersion, seededRandom, type Version } from '../index.ts';
import { underwriter } from './agent.ts';
import { validateDecision } from './decision.ts';
import { policyDecision } from './policy.ts';
import type { Rules } from './simulated/rules.ts';
import { simulatedUnderwriter } from './simulated-underwriter.ts';
import { arbitraryApplication } from './testing/arbitrary-application.ts';
import { withoutRule } from './testing/rule-lines.ts';
import { decide, runUnderwriter, tenApplications } from './testing/run-underwriter.ts';

/** So many that what happens in every fourth trial is seen for sure: 0.75^40 is one in 100,000. */
const trialNumbers = Array.from({ length: 40 }, (_, index) => index + 1);
const v2Prompt = readFileSync(new URL('prompts/v2.md', import.meta.url), 'utf8');

interface Ran {
  readonly caseNumber: number;
  readonly decision: JsonObject;
  /** What validateDecision says of it. */
  readonly codes: readonly string[];
}

/** Forty trials of each of the ten cases. */
async function runAll(
  options: { readonly version?: string | Version; readonly prompt?: string },
  trials = trialNumbers,
): Promise<readonly Ran[]> {
  const ran: Ran[] = [];
  for (const [index, application] of tenApplications.entries()) {
    for (const trialNumber of trials) {
      const decision = await decide({ application, trialNumber, ...options });
      ran.push({ caseNumber: index + 1, decision, codes: validateDecision(decision, application).map(({ code }) => code) });
    }
  }
  return ran;
}

const ofCase = (ran: readonly Ran[], caseNumber: number) => ran.filter((one) => one.caseNumber === caseNumber);
const codesOf = (ran: readonly Ran[]) => [...new Set(ran.flatMap(({ codes }) => codes))].sort();
const countOf = (ran: readonly Ran[], code: string) => ran.filter(({ codes }) => codes.includes(code)).length;
const approvedCases = (ran: readonly Ran[]) => [
  ...new Set(ran.filter(({ decision }) => decision.approved).map(({ caseNumber }) => caseNumber)),
];

test('an answer that is longer than a version allows is cut off, and no decision', async () => {
  const v2 = resolveVersion(underwriter, 'v2');
  const [application] = tenApplications;
  if (!application) throw new Error('There are ten.');
  const { outcome, transcript } = await runUnderwriter({ application, version: { ...v2, settings: { ...v2.settings, maxTokens: 64 } } });
  expect(outcome).toEqual({ kind: 'truncated', stopReason: 'max_tokens' });
  expect(transcript.steps.at(-1)).toMatchObject({ kind: 'model-call', stopReason: 'max_tokens', usage: { outputTokens: 64 } });
  // Not even its tool calls fit.
  const mute = await runUnderwriter({ application, version: { ...v2, settings: { ...v2.settings, maxTokens: 5 } } });
  expect(mute.outcome.kind).toBe('truncated');
});

describe('version 1 does what its traces showed, in every trial', async () => {
  const ran = await runAll(
    { version: 'v1' },
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
  const every = (caseNumber: number, field: string) => [...new Set(ofCase(ran, caseNumber).map(({ decision }) => decision[field]))];

  test('approves 1, 3, 6, 8 and 10, denies 2, 4, 5, 7 and 9', () => {
    for (const { caseNumber, decision } of ran)
      expect([caseNumber, decision.approved]).toEqual([caseNumber, [1, 3, 6, 8, 10].includes(caseNumber)]);
  });

  test('monthly_payment: existing debt in 1 and 10, the 30-year payment in 3, a 5-year one in 8', () => {
    expect(every(1, 'monthly_payment')).toEqual([3750]);
    expect(every(10, 'monthly_payment')).toEqual([3950]);
    expect(every(3, 'monthly_payment')).toEqual([1580.17]);
    expect(every(8, 'monthly_payment')).toEqual([97.83]);
  });

  test('case 6 is approved against its own reasoning, whose arithmetic is wrong', () => {
    for (const { decision, codes } of ofCase(ran, 6)) {
      expect(decision).toMatchObject({ approved: true, max_loan: 139_700 });
      expect(decision.reasoning).toMatch(/64\.8%, which exceeds the 45% cap/);
      expect(decision.reasoning).toContain('$139,700');
      expect(codes).toContain('contradiction');
    }
  });

  test('case 9 invents a minimum score, so nothing can be lent; case 5 has terrible credit', () => {
    for (const { decision, codes } of ofCase(ran, 9)) {
      expect(decision).toMatchObject({ approved: false, max_loan: 0 });
      expect(decision.reasoning).toContain('minimum score of 580-620');
      expect(codes).toContain('invented-rule');
    }
    for (const { decision } of ofCase(ran, 5)) expect(decision.reasoning).toContain('terrible credit');
  });

  test('max_loan is the requested amount, a rough guess or $0', () => {
    for (const [index, application] of tenApplications.entries()) {
      for (const { decision } of ofCase(ran, index + 1)) {
        const { max_loan } = decision;
        const round = Number(max_loan) % 100 === 0;
        expect([index + 1, max_loan, max_loan === application.loan_amount || max_loan === 0 || round]).toEqual([index + 1, max_loan, true]);
      }
    }
    const inCase1 = every(1, 'max_loan');
    expect(inCase1).toContain(300_000);
    expect(inCase1.length).toBeGreaterThan(3);
  });

  test('both tools are called in parallel in one round trip', async () => {
    for (const application of tenApplications) {
      const { transcript } = await runUnderwriter({ application, version: 'v1' });
      expect(transcript.steps.map((step) => (step.kind === 'tool-call' ? step.tool : step.kind))).toEqual([
        'model-call',
        'calc_dti',
        'credit_risk',
        'model-call',
      ]);
    }
  });
});

test('version 2 is right on every application, in every trial', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryApplication(), fc.nat(), async (application, trialNumber) => {
      const decision = await decide({ application, trialNumber, version: 'v2' });
      expect(decision).toMatchObject(policyDecision(application));
      expect(validateDecision(decision, application)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('a prompt that says the same in other words, order and layout is as good', async () => {
  const reworded = `# Underwriter
You decide loan applications.
* What you write as **reasoning** must not contradict the decision.
* Do not make up criteria, such as a minimum score or a limit on the loan against income.
* Loans always run for thirty years at a fixed rate.
* In \`monthly_payment\`, put what the new loan costs a month,
  never the debt that exists.
* Copy \`max_loan\` from the tool that calculates it.
* Decline whenever the post-loan DTI exceeds what the tier allows at its maximum.
* Every tool has to be called before you decide.`;
  expect(codesOf(await runAll({ prompt: reworded }))).toEqual([]);
});

describe('a rule that is deleted from version 2 brings its fault back, and no other', () => {
  const runWithout = (rule: keyof Rules) => runAll({ prompt: withoutRule(v2Prompt, rule) });

  test('callAllTools: calc_max_loan is skipped now and then, and max_loan guessed', { tags: ['slow'] }, async () => {
    const ran = await runWithout('callAllTools');
    expect(codesOf(ran)).toEqual(['wrong-max-loan']);
    expect(countOf(ran, 'wrong-max-loan')).toBeGreaterThan(60);
    expect(approvedCases(ran)).toEqual([5, 8]);
    const skipped = await Promise.all(
      trialNumbers.map(async (trialNumber) => {
        const { transcript } = await runUnderwriter({
          application: tenApplications[2] as never,
          prompt: withoutRule(v2Prompt, 'callAllTools'),
          trialNumber,
        });
        return transcript.steps.flatMap((step) => (step.kind === 'tool-call' ? [step.tool] : [])).join(' ');
      }),
    );
    expect(new Set(skipped)).toEqual(new Set(['calc_dti credit_risk', 'calc_dti calc_max_loan credit_risk']));
  });

  test('capApproval: near misses and strong credit are approved', async () => {
    const ran = await runWithout('capApproval');
    expect(codesOf(ran)).toEqual(['approval-against-dti']);
    expect(approvedCases(ran)).toEqual([1, 2, 3, 5, 6, 8]);
    expect(countOf(ofCase(ran, 6), 'approval-against-dti')).toBeGreaterThanOrEqual(28);
    expect(
      countOf(
        ran.filter(({ caseNumber }) => caseNumber <= 3),
        'approval-against-dti',
      ),
    ).toBeGreaterThan(20);
    for (const { decision } of ofCase(ran, 6).filter(({ codes }) => codes.length > 0)) expect(decision.reasoning).toContain('On balance');
  });

  test('maximumLoanFromTool: max_loan is the requested amount, a guess or 0', async () => {
    const ran = await runWithout('maximumLoanFromTool');
    expect(codesOf(ran)).toEqual(['wrong-max-loan']);
    expect(countOf(ran, 'wrong-max-loan')).toBeGreaterThan(140);
    expect(approvedCases(ran)).toEqual([5, 8]);
    const inCase5 = new Set(ofCase(ran, 5).map(({ decision }) => decision.max_loan));
    expect(inCase5).toContain(800_000);
  });

  test('paymentOfProposedLoan: monthly_payment is the existing debt where there is any', { tags: ['slow'] }, async () => {
    const ran = await runWithout('paymentOfProposedLoan');
    expect(codesOf(ran)).toEqual(['wrong-monthly-payment']);
    expect(countOf(ran, 'wrong-monthly-payment')).toBeGreaterThan(180);
    expect(countOf([...ofCase(ran, 8), ...ofCase(ran, 9)], 'wrong-monthly-payment')).toBe(0);
    expect(new Set(ofCase(ran, 1).map(({ decision }) => decision.monthly_payment))).toEqual(new Set([3750, 1896.2]));
  });

  test('thirtyYears: a 5-year payment now and then, mostly on small loans', { tags: ['slow'] }, async () => {
    const ran = await runWithout('thirtyYears');
    expect(codesOf(ran)).toEqual(['wrong-monthly-payment']);
    expect(countOf(ofCase(ran, 8), 'wrong-monthly-payment')).toBeGreaterThanOrEqual(20);
    const large = ran.filter(({ caseNumber }) => caseNumber !== 8);
    expect(countOf(large, 'wrong-monthly-payment')).toBeGreaterThan(40);
    expect(countOf(large, 'wrong-monthly-payment')).toBeLessThan(200);
    expect(ofCase(ran, 8).map(({ decision }) => decision.monthly_payment)).toContain(97.83);
  });

  test('noInventedRules: a minimum score, and a cap on the loan against income', async () => {
    const ran = await runWithout('noInventedRules');
    expect(codesOf(ran)).toEqual(['denial-against-dti', 'invented-rule', 'wrong-max-loan']);
    for (const { decision } of ofCase(ran, 5)) expect(decision).toMatchObject({ approved: false, max_loan: 0 });
    for (const { decision } of ofCase(ran, 9)) expect(decision).toMatchObject({ approved: false, max_loan: 0 });
    for (const { decision } of ofCase(ran, 7)) expect(decision.reasoning).toContain('loan-to-income cap');
    for (const caseNumber of [1, 2, 3, 4, 8]) expect(codesOf(ofCase(ran, caseNumber))).toEqual([]);
  });

  test('reasoningAgrees: the reasoning says the opposite of the fields', { tags: ['slow'] }, async () => {
    const ran = await runWithout('reasoningAgrees');
    expect(codesOf(ran)).toEqual(['contradiction']);
    expect(countOf(ran, 'contradiction')).toBeGreaterThan(120);
    expect(countOf(ran, 'contradiction')).toBeLessThan(280);
    expect(approvedCases(ran)).toEqual([5, 8]);
  });
});

describe('prompt and tools, two by two: which change fixed what', () => {
  test('prompt v1 with tools v2: every fault that a rule cures is back', async () => {
    const ran = await runAll({ version: 'v1/v2' });
    expect(codesOf(ran)).toEqual(
      ['approval-against-dti', 'contradiction', 'denial-against-dti', 'invented-rule', 'wrong-max-loan', 'wrong-monthly-payment'].sort(),
    );
    // The tool is cured: nobody approves case 10, whose DTI without the loan looks fine.
    expect(approvedCases(ran)).toEqual([1, 2, 3, 6, 8]);
  });

  test('prompt v2 with tools v1: it believes a DTI that leaves the loan out, and has neither payment nor maximum to copy', async () => {
    const ran = await runAll({ version: 'v2/v1' });
    expect(approvedCases(ran)).toEqual([1, 3, 5, 6, 7, 8, 9, 10]);
    expect(codesOf(ran)).toEqual(['approval-against-dti', 'wrong-max-loan', 'wrong-monthly-payment']);
    for (const caseNumber of [1, 3, 6, 7, 9, 10])
      expect(countOf(ofCase(ran, caseNumber), 'approval-against-dti')).toBe(trialNumbers.length);
    expect(countOf(ran, 'wrong-monthly-payment')).toBe(ran.length);
  });

  test('prompt v2 with tools v2, but the old calc_dti: its figure is believed, max_loan stays right', async () => {
    const v2 = resolveVersion(underwriter, 'v2');
    const oldDti = resolveVersion(underwriter, 'v1').toolVariant.tools.get('calc_dti');
    if (!oldDti) throw new Error('v1 has no calc_dti');
    const version: Version = { ...v2, toolVariant: { ...v2.toolVariant, tools: new Map([...v2.toolVariant.tools, ['calc_dti', oldDti]]) } };
    const ran = await runAll({ version });
    expect(codesOf(ran)).toEqual(['approval-against-dti', 'wrong-monthly-payment', 'wrong-post-loan-dti']);
    expect(approvedCases(ran)).toEqual([1, 3, 5, 6, 7, 8, 9, 10]);
  });

  test('prompt v2 with tools v2, but no calc_max_loan: only max_loan is a guess', async () => {
    const v2 = resolveVersion(underwriter, 'v2');
    const definitions = v2.toolVariant.definitions.filter(({ name }) => name !== 'calc_max_loan');
    const ran = await runAll({ version: { ...v2, toolVariant: { ...v2.toolVariant, definitions } } });
    expect(codesOf(ran)).toEqual(['wrong-max-loan']);
    expect(approvedCases(ran)).toEqual([5, 8]);
  });
});

describe('a tool that fails', () => {
  const failing = (name: string): Version => {
    const v2 = resolveVersion(underwriter, 'v2');
    const broken = {
      source: import.meta.url,
      run: () => {
        throw new Error('the bureau does not answer');
      },
    };
    return { ...v2, toolVariant: { ...v2.toolVariant, tools: new Map([...v2.toolVariant.tools, [name, broken]]) } };
  };

  test('is done without, and the reasoning says so', async () => {
    const application = { annual_income: 85_000, total_debt: 12_000, credit_score: 720, loan_amount: 250_000 };
    const decision = await decide({ application, version: failing('calc_max_loan') });
    expect(decision).toMatchObject({ approved: true, monthly_payment: 1696.97 });
    expect(decision.reasoning).toContain('calc_max_loan gave no answer');
    expect(validateDecision(decision, application).map(({ code }) => code)).toEqual(['wrong-max-loan']);
    expect(await decide({ application, version: failing('calc_dti') })).toMatchObject({ approved: false });
  });
});

test('a slip is wrong in any version, whatever it would have said, and still a valid decision', async () => {
  for (const version of ['v1', 'v2', 'v1/v2', 'v2/v1']) {
    for (const application of tenApplications) {
      const sober = await decide({ application, version, trialNumber: 3 });
      const slipped = await decide({ application, version, trialNumber: 3, slipRate: 1 });
      expect(slipped.approved).toBe(!sober.approved);
      const expected = policyDecision(application);
      expect(slipped.approved === expected.approved && Math.abs(Number(slipped.monthly_payment) - expected.monthly_payment) < 0.011).toBe(
        false,
      );
      expect(validateDecision(slipped, application)).not.toEqual([]);
    }
  }
});

test('the same request and seed give the same answer; other seeds vary it', () => {
  const { toolVariant } = resolveVersion(underwriter, 'v1');
  const request = {
    model: 'claude-sonnet-4-6',
    max_tokens: 4096,
    system: withoutRule(v2Prompt, 'callAllTools'),
    messages: [{ role: 'user' as const, content: 'Evaluate this loan application for $250,000' }],
    tools: [...toolVariant.definitions, { name: 'calc_max_loan', input_schema: { type: 'object' as const } }] as never,
  };
  const respond = (seed: string) => JSON.stringify(simulatedUnderwriter.respond(request, seededRandom(seed), false));
  expect(respond('one')).toBe(respond('one'));
  // Two answers, each half of the time: that forty seeds agree has a chance of 2 x 0.5^40.
  expect(new Set(trialNumbers.map((number) => respond(String(number)))).size).toBe(2);
});

test('it never looks the answer up: no file of it imports the policy, the tools or the cases', () => {
  const sources = readdirSync(new URL('simulated/', import.meta.url)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  expect(sources.length).toBeGreaterThan(5);
  for (const file of ['simulated-underwriter.ts', ...sources.map((source) => `simulated/${source}`)]) {
    const imports = [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/from '([^']+)'/g)].map(([, specifier]) => specifier);
    expect(
      imports.filter((specifier) => !/^(\.\.\/)+index\.ts$|^\.\/(simulated\/)?[a-z-]+\.ts$|^\.\.\/money\.ts$/.test(specifier ?? '')),
    ).toEqual([]);
    expect(imports).not.toContain('./policy.ts');
  }
});
