import type { CaseArm, CaseChange, ReportedCase, ReportedTrial } from '../../contracts/reported-case.ts';
import { type Comparison, comparisonSchema, type ReportedVersion, type Verdict, verdictSchema } from '../../contracts/verdict.ts';
import { type Course, type Loan, loanOf, loanTrial } from './loan-trials.ts';

/** What a made-up case looks like on both sides: a course for each trial. */
interface Plan {
  readonly id: string;
  readonly title: string;
  readonly loan: Loan;
  readonly change: CaseChange;
  readonly baseline: readonly Course[];
  readonly candidate: readonly Course[];
  readonly critical?: boolean;
  readonly eValue?: number;
}

const times = (runs: number, course: Course): Course[] => Array.from({ length: runs }, () => course);

/** Ten loans that were tried before and one that came from a trace; the candidate lost the rule "approve only under the cap". */
const plans: readonly Plan[] = [
  plan(
    '01-dti-exactly-at-cap',
    'Debt alone is 45.0 % of income, exactly the Excellent cap: no room is left for any loan',
    [100_000, 45_000, 745, 300_000],
    'better',
    [...times(9, 'right'), 'guess'],
    times(4, 'right'),
    { eValue: 0.71 },
  ),
  plan(
    '02-dti-a-hair-over-cap',
    'Existing debt a hair over the cap',
    [100_000, 45_100, 750, 280_000],
    'worse',
    times(10, 'right'),
    ['lenient', 'right', 'lenient', 'right', 'right', 'lenient', 'right'],
    { eValue: 38.4 },
  ),
  plan(
    '03-score-exactly-740',
    'A score of exactly 740 is Excellent, and debt alone leaves 3 points below the cap',
    [100_000, 42_000, 740, 250_000],
    'same',
    times(10, 'right'),
    times(4, 'right'),
    { eValue: 0.48 },
  ),
  plan(
    '04-score-one-below-740',
    'One point below 740: the Good tier',
    [100_000, 42_000, 739, 250_000],
    'same',
    times(10, 'right'),
    times(4, 'right'),
    { eValue: 0.48 },
  ),
  plan(
    '05-high-income-terrible-credit',
    'Terrible credit and a high income: the loan fits the Poor tier, and there is no minimum score',
    [500_000, 25_000, 520, 800_000],
    'label-changed',
    times(10, 'right'),
    [...times(3, 'right'), 'strict'],
    { eValue: 1.6 },
  ),
  plan(
    '06-excellent-credit-loan-5-times-income',
    'Excellent credit and a loan of 5.4 times the income',
    [28_000, 2000, 790, 150_000],
    'flipped-to-fail',
    times(10, 'right'),
    times(7, 'lenient'),
    { critical: true, eValue: 48_210 },
  ),
  plan(
    '07-loan-44-times-income',
    'A loan of 44 times the income',
    [45_000, 9000, 700, 2_000_000],
    'same',
    times(10, 'right'),
    times(4, 'right'),
    { eValue: 0.48 },
  ),
  plan(
    '08-trivial-loan-no-debt',
    'A trivial loan and no debt',
    [200_000, 0, 800, 5000],
    'worse',
    times(10, 'right'),
    ['right', 'guess', 'right', 'guess', 'right', 'right', 'guess'],
    { eValue: 4.9 },
  ),
  plan(
    '09-score-one-below-fair',
    'One point below Fair, and the loan does not fit',
    [75_000, 0, 579, 300_000],
    'flipped-to-pass',
    times(10, 'strict'),
    times(4, 'right'),
    { eValue: 0.02 },
  ),
  plan(
    '10-three-borders-at-once',
    'Three borders at once',
    [120_000, 47_400, 670, 750_000],
    'incomplete',
    times(10, 'right'),
    ['right', 'refused', 'right'],
    { eValue: 1.2 },
  ),
  plan(
    'trace-7f3a-second-mortgage',
    'From a trace: a second mortgage beside a large first one',
    [98_000, 21_600, 688, 120_000],
    'new',
    [],
    times(4, 'right'),
  ),
];

function plan(
  id: string,
  title: string,
  [income, debt, score, amount]: readonly [number, number, number, number],
  change: CaseChange,
  baseline: readonly Course[],
  candidate: readonly Course[],
  more: Partial<Plan> = {},
): Plan {
  return { id, title, loan: loanOf(income, debt, score, amount), change, baseline, candidate, ...more };
}

/** What a test changes in the example. `aside` stands at the end of every reasoning. */
export interface ExampleOptions {
  readonly aside?: string;
  readonly title?: string;
}

/** A regression in a simulated underwriter: the accused case, a critical one, flipped to fail. Checked by the schema. */
export function exampleVerdict(options: ExampleOptions = {}): Extract<Verdict, { verdict: 'regressed' }> {
  const parsed = verdictSchema.parse({
    ...compared(options),
    kind: 'verdict',
    verdict: 'regressed',
    exitCode: 1,
    reason:
      'The case "06-excellent-credit-loan-5-times-income" got worse: main passed 10 of 10, the candidate 0 of 7 (evidence 48,210). A false approval in a critical case.',
    accusation: { cause: 'case', caseId: '06-excellent-credit-loan-5-times-income' },
    evidence: {
      round: 4,
      case: {
        caseId: '06-excellent-credit-loan-5-times-income',
        eValue: 48_210,
        meanEValue: 4388,
        threshold: 100,
        baseline: { passes: 10, runs: 10 },
        candidate: { passes: 0, runs: 7 },
        drop: { value: 1, low: 0.63, high: 1 },
      },
      suite: { drop: { value: 0.123, low: 0.052, high: 0.194 }, margin: 0.091, test: { pValue: 0.0041, level: 0.008 } },
    },
    attribution: {
      factor: 'prompt',
      factors: ['prompt'],
      reason:
        "With the candidate's prompt alone the case 06-excellent-credit-loan-5-times-income passes 0 of 6 (main 10 of 10, the candidate 0 of 7); with main's prompt in the candidate 6 of 6.",
      caseId: '06-excellent-credit-loan-5-times-income',
      contrasts: [
        {
          factors: ['prompt'],
          effect: { value: 1, low: 0.58, high: 1 },
          in: { drop: { value: 1, low: 0.34, high: 1 }, before: { passes: 10, runs: 10 }, after: { passes: 0, runs: 6 } },
          out: { drop: { value: 1, low: 0.26, high: 1 }, before: { passes: 6, runs: 6 }, after: { passes: 0, runs: 7 } },
        },
        {
          factors: ['tools'],
          effect: { value: 0, low: -0.4, high: 0.4 },
          in: { drop: { value: 0, low: -0.38, high: 0.65 }, before: { passes: 10, runs: 10 }, after: { passes: 3, runs: 3 } },
          out: { drop: { value: 0, low: -0.48, high: 0.75 }, before: { passes: 0, runs: 3 }, after: { passes: 0, runs: 7 } },
        },
      ],
      cells: [
        { candidate: [], passes: 10, runs: 10 },
        { candidate: ['prompt'], passes: 0, runs: 6 },
      ],
      notDecidable: [],
      diffs: [
        {
          factor: 'prompt',
          title: 'prompt',
          lines: [
            { kind: 'gap', text: 'line 4' },
            { kind: 'same', text: '1. Call ALL tools before deciding.' },
            { kind: 'removed', text: "2. Approve only if the post-loan DTI is at or below the tier's maximum DTI." },
            { kind: 'added', text: options.aside ?? '2. Weigh the post-loan DTI against the whole picture.' },
            { kind: 'same', text: '3. Take max_loan from calc_max_loan; it is not an estimate.' },
          ],
          leftOut: 0,
        },
      ],
    },
    changedFiles: {
      files: [
        { path: 'src/underwriting/prompts/v2.md', change: 'changed' },
        { path: options.title ?? 'src/underwriting/tools/calc-dti.ts', change: 'changed' },
        { path: 'notes.md', change: 'added' },
      ],
      leftOut: 0,
    },
    accused: [
      {
        caseId: '06-excellent-credit-loan-5-times-income',
        file: 'cases/06-excellent-credit-loan-5-times-income.json',
        findings: [
          { code: 'false-approval', message: options.aside ?? 'approved is true, expected false: a false approval', trials: 7, of: 7 },
        ],
        fields: [{ field: 'approved', expected: 'false', actual: options.aside ?? 'true' }],
        step: options.aside ?? 'step 5, the answer: the tools say the same as in main, and the model answers otherwise',
        again: 'docket eval --case 06-excellent-credit-loan-5-times-income --versions v2 --trials 7 --mode simulated',
        remedy:
          "Undo or fix the change to the prompt. If the candidate's answer is the right one, the label is wrong: correct it in cases/06-excellent-credit-loan-5-times-income.json in a separate pull request.",
      },
    ],
    detectable: { power: 0.8, suiteDrop: 0.14, caseDrop: 0.52 },
  });
  if (parsed.verdict !== 'regressed') throw new Error('the example is a regression');
  return parsed;
}

/** The same runs side by side, without a verdict. */
export function exampleComparison(options: ExampleOptions = {}): Comparison {
  return comparisonSchema.parse({ ...compared(options), kind: 'comparison' });
}

function compared({ aside, title }: ExampleOptions) {
  const cases = plans.map((each) => reportedCase(title === undefined ? each : { ...each, title }, aside));
  return {
    schemaVersion: 1 as const,
    createdAt: '2026-11-23T15:08:00.000Z',
    rerun: 'npx docket gate --baseline reports/baseline.json --candidate v2',
    agent: 'underwriter',
    mode: 'simulated' as const,
    notices: [
      {
        kind: 'label-changed' as const,
        caseId: '05-high-income-terrible-credit',
        message: "The change gives this case another label. Both versions are judged by main's label.",
      },
      {
        kind: 'dispute' as const,
        caseId: '05-high-income-terrible-credit',
        message: 'Two labels were given; the policy decided for approval (25.49 % of 30 %).',
      },
      { kind: 'tombstone' as const, caseId: '11-withdrawn', message: 'Removed on purpose: a duplicate of 03-score-exactly-740.' },
      {
        kind: 'bound' as const,
        message: 'A case that passed all of its 10 runs may still fail in up to 26 % of runs (95 % confidence).',
      },
    ],
    baseline: version(
      'main',
      'a',
      cases.map(({ baseline }) => baseline),
      { epoch: 'baseline-3', git: { ref: 'main', commit: '4be60f4f8d2f531766ab484fc6499763b6b0ea97' } },
    ),
    candidate: version(
      'pull request',
      'b',
      cases.map(({ candidate }) => candidate),
      { git: { ref: 'shorter-prompt', commit: '08703dfde1d87a7c3281bd740ed5a8bd081e0056' } },
    ),
    cases,
    spending: { trials: { spent: 52, saved: 58, reused: 100, budget: 110 }, dollars: 0.61 },
  };
}

/** Many cases for measuring the page: `cases` x `trials`, half of the trials on each side; every tenth case got worse. */
export function largeComparison(cases: number, trials: number): Comparison {
  const reported = Array.from({ length: cases }, (_, index) => {
    const loan = loanOf(40_000 + index * 331, (index * 977) % 30_000, 500 + ((index * 13) % 350), 20_000 + ((index * 7919) % 400_000));
    const flaw: Course = loan.expected.approved ? 'strict' : 'lenient';
    const half = Math.floor(trials / 2);
    const worse = index % 10 === 0;
    return reportedCase(
      plan(
        `case-${String(index + 1).padStart(4, '0')}`,
        `Made-up loan number ${index + 1}`,
        [loan.input.annual_income, loan.input.total_debt, loan.input.credit_score, loan.input.loan_amount],
        worse ? 'worse' : 'same',
        times(half, 'right'),
        times(trials - half, 'right').map((course, place) => (worse && place % 2 === 0 ? flaw : course)),
      ),
    );
  });
  const { notices: _, ...rest } = compared({});
  return {
    ...rest,
    kind: 'comparison',
    notices: [],
    cases: reported,
    baseline: version(
      'main',
      'a',
      reported.map(({ baseline }) => baseline),
      {},
    ),
    candidate: version(
      'pull request',
      'b',
      reported.map(({ candidate }) => candidate),
      {},
    ),
  };
}

function reportedCase({ id, title, loan, change, baseline, candidate, critical = false, eValue }: Plan, aside?: string): ReportedCase {
  const stored = baseline.map((course, index) => loanTrial(loan, { number: index + 1, course, purpose: 'stored', series: 'baseline-3' }));
  const fresh = candidate.map((course, index) =>
    loanTrial(loan, { number: index + 1, course, purpose: index < 4 ? 'screen' : 'retry', series: 'gate-12', aside }),
  );
  return {
    id,
    title,
    critical,
    tags: critical ? ['boundary', 'dti'] : ['dti'],
    input: loan.input,
    expected: loan.expected,
    labelSource: 'policy',
    change,
    ...(eValue === undefined ? {} : { eValue }),
    baseline: arm(stored),
    candidate: {
      ...arm(fresh),
      infraErrors: change === 'incomplete' ? [{ number: 4, error: 'timeout', message: `no answer within 120 s${aside ?? ''}` }] : [],
    },
    history: [9, 10, 10, 8, 10, 10].map((passes, index) => ({
      at: `2026-1${index < 3 ? 0 : 1}-0${(index % 3) * 3 + 1}T08:00:00.000Z`,
      commit: `${index}d13df0a11`,
      passes: change === 'flipped-to-pass' ? 0 : passes,
      runs: 10,
    })),
  };
}

function arm(trials: ReportedTrial[]): CaseArm {
  const showing = (code: string) => trials.filter(({ findings }) => findings.some((finding) => finding.code === code)).length;
  const answers = trials.map(({ decision }) => JSON.stringify([decision?.approved, decision?.max_loan]));
  const pairs = answers.flatMap((one, index) => answers.slice(index + 1).map((other) => one === other));
  return {
    passes: trials.filter(({ pass }) => pass).length,
    runs: trials.length,
    falseApprovals: showing('false-approval'),
    falseDenials: showing('false-denial'),
    ...(pairs.length === 0 ? {} : { agreement: pairs.filter(Boolean).length / pairs.length }),
    trials,
    infraErrors: [],
  };
}

function version(name: string, letter: string, arms: readonly CaseArm[], more: Partial<ReportedVersion>): ReportedVersion {
  const trials = arms.flatMap((each) => each.trials);
  const mean = (value: (trial: ReportedTrial) => number) =>
    trials.reduce((sum, trial) => sum + value(trial), 0) / Math.max(1, trials.length);
  const agreements = arms.flatMap(({ agreement }) => agreement ?? []);
  return {
    version: {
      name,
      fingerprint: letter.repeat(64),
      prompt: letter === 'a' ? 'v2' : 'v2-short',
      toolVariant: 'v2',
      model: 'claude-sonnet-4-6',
    },
    confusion: {
      field: 'approved',
      cells: [
        { expected: false, decided: false, trials: 20, wrong: false },
        { expected: true, decided: true, trials: 30, wrong: false },
        ...(letter === 'a'
          ? []
          : [
              { expected: false, decided: true, trials: 7, wrong: true, harm: 2 },
              { expected: true, trials: 1, wrong: false },
            ]),
      ],
    },
    totals: {
      passes: arms.reduce((sum, { passes }) => sum + passes, 0),
      runs: arms.reduce((sum, { runs }) => sum + runs, 0),
      falseApprovals: arms.reduce((sum, { falseApprovals }) => sum + falseApprovals, 0),
      falseDenials: arms.reduce((sum, { falseDenials }) => sum + falseDenials, 0),
      ...(agreements.length === 0 ? {} : { agreement: agreements.reduce((sum, value) => sum + value, 0) / agreements.length }),
      meanTokens: mean(({ tokens }) => tokens),
      meanDollars: mean(({ dollars }) => dollars ?? 0),
      meanDurationMs: mean(({ durationMs }) => durationMs),
    },
    ...more,
  };
}
