import {
  changedDecision,
  type JsonObject,
  type ModelRequest,
  type Mutant,
  type MutationFamily,
  type MutationPlace,
  type Mutator,
  withToolResult,
} from '../index.ts';
import type { LoanApplication } from './application.ts';
import { dollars, dollarsAndCents } from './money.ts';
import { percentThatCompares } from './percent.ts';
import { type Assessment, amortizedPayment, assess, type Tier, termInMonths, tierOf, tiers } from './policy.ts';
import { calcDtiWithoutLoan } from './tools/calc-dti-without-loan.ts';

/** A mutator of the underwriter, whose file is this one. */
function mutator(name: string, family: MutationFamily, plant: (place: MutationPlace) => readonly Mutant[]): Mutator {
  return { name, family, source: import.meta.url, plant };
}

/** Dollars a month, percent; what a faulty calculation comes to. */
interface Terms {
  readonly tier: Tier;
  readonly months: number;
  readonly existingMonthlyDebt: number;
  readonly loanCounts: boolean;
}

/** What calc_dti and calc_max_loan print for other terms than the policy's. */
function printed(name: string, application: LoanApplication, change: (terms: Terms) => Partial<Terms>): string | undefined {
  const right = assess(application);
  const usual: Terms = { tier: right.tier, months: termInMonths, existingMonthlyDebt: right.existingMonthlyDebt, loanCounts: true };
  const { tier, months, existingMonthlyDebt, loanCounts } = { ...usual, ...change(usual) };
  const payment = amortizedPayment(application.loan_amount, tier.rate, months);
  const total = existingMonthlyDebt + (loanCounts ? payment : 0);
  const postLoanDti = (total / right.monthlyIncome) * 100;
  const shown: Assessment = { ...right, tier, postLoanDti, approved: postLoanDti <= tier.maximumDti + 1e-9 };
  switch (name) {
    case 'calc_dti':
      return [
        `Existing monthly debt: ${dollarsAndCents(existingMonthlyDebt)}`,
        `Proposed payment: ${dollarsAndCents(payment)} (30-year fixed at ${tier.rate}%)`,
        `Total monthly debt: ${dollarsAndCents(total)}`,
        `Monthly income: ${dollarsAndCents(right.monthlyIncome)}`,
        `Post-loan DTI: ${percentThatCompares(shown)}%`,
        `Tier maximum DTI: ${tier.maximumDti}% (${tier.name})`,
      ].join('\n');
    case 'calc_max_loan': {
      const room = Math.max(0, (right.monthlyIncome * tier.maximumDti) / 100 - existingMonthlyDebt);
      const largest = Math.floor((room / amortizedPayment(1, tier.rate, months)) * 100 + 1e-6) / 100;
      return `Maximum loan: ${dollarsAndCents(largest)} (30-year fixed at ${tier.rate}%)`;
    }
    case 'credit_risk':
      return `Score ${application.credit_score}: ${tier.name}. Max DTI: ${tier.maximumDti}%. Rate: ${tier.rate}%`;
    default:
      return undefined;
  }
}

/** One fault in what some tools calculate. */
function miscalculated(
  place: MutationPlace,
  what: string,
  names: readonly string[],
  change: (terms: Terms, application: LoanApplication) => Partial<Terms>,
): Mutant[] {
  const { version } = place;
  const there = names.filter(
    (name) => version.toolVariant.tools.has(name) && place.toolResults.get(name)?.result === printedForFirst(name, place),
  );
  if (there.length === 0) return [];
  const changed = there.reduce(
    (sofar, name) =>
      withToolResult(sofar, name, (result, { input }) => {
        const application = input as unknown as LoanApplication;
        return printed(name, application, (terms) => change(terms, application)) ?? result;
      }),
    version,
  );
  return [{ what, version: changed }];
}

/** Version 1 prints otherwise: faults of these calculations have no place in it. */
function printedForFirst(name: string, { inputs }: MutationPlace): string | undefined {
  const [first] = inputs;
  return first && printed(name, first as unknown as LoanApplication, () => ({}));
}

const calculators = ['calc_dti', 'calc_max_loan'];
const tools = [...calculators, 'credit_risk'];

const wrongRate = mutator('rate-wrong-in-one-tier', 'tools', (place) =>
  tiers.flatMap(({ name }) =>
    miscalculated(place, `${name}, half a point too low`, calculators, ({ tier }) =>
      tier.name === name ? { tier: { ...tier, rate: tier.rate - 0.5 } } : {},
    ),
  ),
);

const wrongMaximum = mutator('maximum-wrong-in-one-tier', 'tools', (place) =>
  tiers.flatMap(({ name }) =>
    [1, -1].flatMap((points) =>
      miscalculated(place, `${name}, one point too ${points > 0 ? 'high' : 'low'}`, tools, ({ tier }) =>
        tier.name === name ? { tier: { ...tier, maximumDti: tier.maximumDti + points } } : {},
      ),
    ),
  ),
);

const tierBorder = mutator('tier-border-off-by-one', 'tools', (place) =>
  tiers
    .filter(({ minimumScore }) => minimumScore > 0)
    .flatMap(({ minimumScore }) => [
      ...miscalculated(place, `${minimumScore} is in the worse tier`, tools, (_, { credit_score }) =>
        credit_score === minimumScore ? { tier: tierOf(minimumScore - 1) } : {},
      ),
      ...miscalculated(place, `${minimumScore - 1} is in the better tier`, tools, (_, { credit_score }) =>
        credit_score === minimumScore - 1 ? { tier: tierOf(minimumScore) } : {},
      ),
    ]),
);

const loanLeftOut = mutator('loan-left-out', 'tools', (place) => [
  ...miscalculated(place, 'of the post-loan DTI', ['calc_dti'], () => ({ loanCounts: false })),
  ...(place.toolResults.get('calc_dti')?.result.includes('Post-loan')
    ? [
        {
          what: "version 1's calc_dti",
          version: withToolResult(place.version, 'calc_dti', (_, { input }) =>
            calcDtiWithoutLoan.run({}, input as unknown as LoanApplication),
          ),
        },
      ]
    : []),
]);

const debtLeftOut = mutator('debt-left-out', 'tools', (place) => [
  ...miscalculated(place, 'of the post-loan DTI', ['calc_dti'], () => ({ existingMonthlyDebt: 0 })),
  ...miscalculated(place, 'of the maximum loan', ['calc_max_loan'], () => ({ existingMonthlyDebt: 0 })),
]);

const debtPerYear = mutator('debt-per-year', 'tools', (place) =>
  miscalculated(place, "a year's debt counts as a month's", calculators, ({ existingMonthlyDebt }) => ({
    existingMonthlyDebt: existingMonthlyDebt * 12,
  })),
);

const wrongTerm = mutator('wrong-term', 'tools', (place) =>
  [15, 25, 40].flatMap((years) => miscalculated(place, `${years} years`, calculators, () => ({ months: years * 12 }))),
);

/** What the tools said before the model decided. */
function toldIn({ messages }: ModelRequest): string {
  return messages
    .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    .flatMap((block) => (block.type === 'tool_result' && !block.is_error ? [JSON.stringify(block.content)] : []))
    .join('\n');
}

function figure(request: ModelRequest, label: RegExp): number | undefined {
  const found = new RegExp(`${label.source}[^\\d]{0,4}([\\d,]+(?:\\.\\d+)?)`).exec(toldIn(request))?.[1];
  return found === undefined ? undefined : Number(found.replaceAll(',', ''));
}

/** The loan that the user names, in dollars. */
function loanIn({ messages }: ModelRequest): number {
  const asked = JSON.stringify(messages[0]?.content ?? '');
  return Number(/\$([\d,]+(?:\.\d+)?)/.exec(asked)?.[1]?.replaceAll(',', '') ?? 0);
}

/** A habit that the traces of the first version showed, in whatever version. */
function habit(name: string, what: string, change: (decision: JsonObject, request: ModelRequest) => JsonObject): Mutator {
  return mutator(name, 'model', () => [{ what, model: (model) => changedDecision(model, change) }]);
}

/** Post-loan DTI and maximum as the tools gave them; undefined where one is missing. */
function dtiIn(request: ModelRequest): { readonly dti: number; readonly maximum: number; readonly score: number } | undefined {
  const [dti, maximum, score] = [figure(request, /Post-loan DTI/), figure(request, /Tier maximum DTI/), figure(request, /Score/)];
  return dti === undefined || maximum === undefined || score === undefined ? undefined : { dti, maximum, score };
}

const preLoan = habit('approves-pre-loan', 'by the DTI without the loan', (decision, request) => {
  const [debt, income, maximum] = [
    figure(request, /Existing monthly debt/),
    figure(request, /Monthly income/),
    figure(request, /Tier maximum DTI/),
  ];
  return debt === undefined || income === undefined || maximum === undefined
    ? decision
    : { ...decision, approved: (debt / income) * 100 <= maximum };
});

const nearMiss = habit('approves-near-misses', 'up to a tenth over the maximum', (decision, request) => {
  const figures = dtiIn(request);
  return figures && figures.dti <= figures.maximum * 1.1 ? { ...decision, approved: true } : decision;
});

const strictBorder = habit('denies-at-the-border', 'a DTI of exactly the maximum', (decision, request) => {
  const figures = dtiIn(request);
  return figures && figures.dti === figures.maximum ? { ...decision, approved: false } : decision;
});

const strongCredit = habit('approves-strong-credit', 'a score of 740 or more, up to 1.6 times the maximum', (decision, request) => {
  const figures = dtiIn(request);
  return figures && figures.score >= 740 && figures.dti <= figures.maximum * 1.6 ? { ...decision, approved: true } : decision;
});

const minimumScore = mutator('minimum-score', 'model', () =>
  [580, 600, 620].map((least) => ({
    what: `${least}`,
    model: (model) =>
      changedDecision(model, (decision, request) => {
        const score = figure(request, /Score/);
        return score !== undefined && score < least ? { ...decision, approved: false, max_loan: 0 } : decision;
      }),
  })),
);

const incomeCap = mutator('loan-to-income-cap', 'model', () =>
  [4, 5].map((times) => ({
    what: `${times} times the income`,
    model: (model) =>
      changedDecision(model, (decision, request) => {
        const income = figure(request, /Monthly income/);
        return income !== undefined && loanIn(request) > income * 12 * times ? { ...decision, approved: false } : decision;
      }),
  })),
);

const existingDebtAsPayment = habit('pays-existing-debt', 'monthly_payment is the existing debt', (decision, request) => {
  const debt = figure(request, /Existing monthly debt/);
  return debt === undefined ? decision : { ...decision, monthly_payment: debt };
});

const shortTerm = mutator('short-term-payment', 'model', () =>
  [5, 15].map((years) => ({
    what: `over ${years} years`,
    model: (model) =>
      changedDecision(model, (decision, request) => {
        const rate = figure(request, /Rate:/);
        if (rate === undefined) return decision;
        return { ...decision, monthly_payment: Math.round(amortizedPayment(loanIn(request), rate, years * 12) * 100) / 100 };
      }),
  })),
);

const requestedAsMaximum = habit('requested-as-maximum', 'max_loan is what was asked for', (decision, request) => ({
  ...decision,
  max_loan: loanIn(request),
}));

const nothingWhenDenied = habit('nothing-when-denied', 'max_loan is 0 for everybody who is denied', (decision) =>
  decision.approved === false ? { ...decision, max_loan: 0 } : decision,
);

const guessedMaximum = habit('guessed-maximum', 'max_loan to the nearest $5,000', (decision) =>
  typeof decision.max_loan === 'number' ? { ...decision, max_loan: Math.round(decision.max_loan / 5000) * 5000 } : decision,
);

const againstReasoning = habit('against-its-reasoning', 'the reasoning says the contrary', (decision) => ({
  ...decision,
  reasoning:
    decision.approved === true
      ? 'The post-loan DTI exceeds the maximum. The application is denied.'
      : 'All is within the maximum. The application is approved.',
}));

const wrongArithmetic = habit('wrong-arithmetic', 'the reasoning states another DTI', (decision) => ({
  ...decision,
  reasoning: String(decision.reasoning).replace(/DTI of ([\d.]+)%/, (_, dti: string) => `DTI of ${(Number(dti) * 1.35).toFixed(1)}%`),
}));

const recommendsLess = habit('recommends-less', 'the reasoning recommends a smaller loan and approves this one', (decision, request) =>
  decision.approved === true
    ? {
        ...decision,
        reasoning: `This loan exceeds the maximum. I recommend ${dollars(Math.round(loanIn(request) * 0.9))}. ${String(decision.reasoning)}`,
      }
    : decision,
);

const citesRule = habit('cites-an-invented-rule', 'the reasoning names a minimum score', (decision) => ({
  ...decision,
  reasoning: `${String(decision.reasoning)} Most lenders want a minimum score of 580-620.`,
}));

const ownFigure = habit('figure-from-nowhere', 'the reasoning states an amount that nobody gave', (decision) => ({
  ...decision,
  reasoning: `${String(decision.reasoning)} It leaves a reserve of $12,340.`,
}));

const otherGround = habit('other-ground', 'denials name another ground than the policy’s', (decision) =>
  decision.approved === false ? { ...decision, reasoning: 'The application is denied: the employment history is too short.' } : decision,
);

const noGround = habit('no-ground', 'denials name no ground', (decision) =>
  decision.approved === false ? { ...decision, reasoning: 'The application is denied.' } : decision,
);

/** Faults of underwriting: what its tools can calculate wrongly, and the habits that the traces of its first version showed. */
export const underwritingMutators: readonly Mutator[] = [
  wrongRate,
  wrongMaximum,
  tierBorder,
  loanLeftOut,
  debtLeftOut,
  debtPerYear,
  wrongTerm,
  preLoan,
  nearMiss,
  strictBorder,
  strongCredit,
  minimumScore,
  incomeCap,
  existingDebtAsPayment,
  shortTerm,
  requestedAsMaximum,
  nothingWhenDenied,
  guessedMaximum,
  againstReasoning,
  wrongArithmetic,
  ownFigure,
  otherGround,
  noGround,
  recommendsLess,
  citesRule,
];
