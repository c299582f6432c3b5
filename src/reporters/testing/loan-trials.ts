import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { ReportedTrial } from '../../contracts/reported-case.ts';
import type { Finding } from '../../contracts/score.ts';
import type { ModelCallStep, ToolCallStep } from '../../contracts/transcript.ts';

/** A loan application and what the lending rules make of it. */
export interface Loan {
  readonly input: {
    readonly annual_income: number;
    readonly total_debt: number;
    readonly credit_score: number;
    readonly loan_amount: number;
  };
  readonly expected: { readonly approved: boolean; readonly max_loan: number; readonly monthly_payment: number };
  readonly dti: number;
  readonly cap: number;
  readonly tier: string;
  readonly rate: number;
}

/** How a made-up trial goes. */
export type Course = 'right' | 'lenient' | 'guess' | 'strict' | 'refused';

export interface TrialOptions {
  readonly number: number;
  readonly course: Course;
  readonly purpose: ReportedTrial['purpose'];
  readonly series: string;
  /** Stands at the end of the reasoning. */
  readonly aside?: string | undefined;
}

const cents = (amount: number) => Math.round(amount * 100) / 100;
const { format: dollars } = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** Works out a loan with the 30-year annuity formula. */
export function loanOf(income: number, debt: number, score: number, amount: number): Loan {
  const [tier, cap, rate] =
    score >= 740
      ? (['Excellent', 45, 6.5] as const)
      : score >= 670
        ? (['Good', 40, 7.2] as const)
        : score >= 580
          ? (['Fair', 36, 9.1] as const)
          : (['Poor', 30, 12.5] as const);
  const factor = (1 - (1 + rate / 1200) ** -360) / (rate / 1200);
  const payment = amount / factor;
  const dti = ((debt / 12 + payment) / (income / 12)) * 100;
  const room = Math.max(0, ((income / 12) * cap) / 100 - debt / 12);
  return {
    input: { annual_income: income, total_debt: debt, credit_score: score, loan_amount: amount },
    expected: { approved: dti <= cap, max_loan: cents(room * factor), monthly_payment: cents(payment) },
    dti,
    cap,
    tier,
    rate,
  };
}

/** One trial with its transcript, as an underwriter with three tools would leave it. */
export function loanTrial(loan: Loan, { number, course, purpose, series, aside = '' }: TrialOptions): ReportedTrial {
  const wobble = 1 + ((number * 37 + loan.input.credit_score * 13) % 97) / (series.startsWith('b') ? 130 : 190);
  const common = { number, purpose, series, tokens: Math.round(1835 * wobble), dollars: 0.0089 * wobble, durationMs: 2400 * wobble };
  const tools = course === 'guess' ? ['calc_dti', 'credit_risk'] : ['calc_dti', 'credit_risk', 'calc_max_loan'];
  const calls = tools.map((tool, index): ToolCallStep => toolCall(loan, tool, `toolu_${series}_${number}_${index}`));
  const asked = modelCall(
    'tool_use',
    calls.map(({ id, tool }) => ({ type: 'tool_use', id, name: tool, input: {} })),
    wobble,
  );
  const userMessage = `Evaluate this loan application for ${dollars(loan.input.loan_amount).replace('.00', '')}`;
  if (course === 'refused') {
    const refusal = modelCall('refusal', [{ type: 'text', text: 'I cannot help with this.' }], wobble);
    return {
      ...common,
      pass: false,
      outcome: 'refused',
      detail: `The model refused.${aside}`,
      findings: [{ code: 'no-decision', message: 'there is no decision: the model refused' }],
      transcript: { userMessage, steps: [asked, ...calls, refusal] },
    };
  }
  const decision = decide(loan, course, number, aside);
  const findings = findingsOf(loan, decision);
  const answered = modelCall('end_turn', [{ type: 'text', text: JSON.stringify(decision) }], wobble);
  return {
    ...common,
    pass: findings.length === 0,
    outcome: 'decided',
    decision,
    findings,
    transcript: { userMessage, steps: [asked, ...calls, answered] },
  };
}

function decide({ expected, dti, cap, tier }: Loan, course: Course, number: number, aside: string): JsonObject {
  const approved = course === 'lenient' ? true : course === 'strict' ? false : expected.approved;
  const reasons: Record<Exclude<Course, 'refused'>, string> = {
    right: `The post-loan DTI of ${dti.toFixed(2)}% is ${expected.approved ? 'within' : 'over'} the ${tier} tier's maximum of ${cap}%, so the application is ${expected.approved ? 'approved' : 'denied'}.`,
    lenient: `The post-loan DTI of ${dti.toFixed(2)}% is slightly over the maximum of ${cap}%, but the ${tier.toLowerCase()} credit history outweighs it. On balance the application is approved.`,
    guess: `Judging by income and existing debt, about ${dollars(expected.max_loan * 1.2)} would be affordable.`,
    strict: `The score is below the minimum that lenders usually ask for, so the application is denied.`,
  };
  return {
    approved,
    max_loan:
      course === 'guess'
        ? Math.round((expected.max_loan * (1.1 + number / 50)) / 5000) * 5000
        : course === 'strict'
          ? 0
          : expected.max_loan,
    monthly_payment: expected.monthly_payment,
    post_loan_dti: cents(dti),
    reasoning: `${course === 'refused' ? '' : reasons[course]}${aside}`,
  };
}

function findingsOf({ expected }: Loan, decision: JsonObject): Finding[] {
  const findings: Finding[] = [];
  if (decision.approved !== expected.approved) {
    const name = expected.approved ? 'denial' : 'approval';
    findings.push({
      code: `false-${name}`,
      message: `approved is ${decision.approved}, expected ${expected.approved}: a false ${name}`,
      field: 'approved',
    });
  }
  if (decision.max_loan !== expected.max_loan)
    findings.push({
      code: 'wrong-max-loan',
      message: `max_loan is ${decision.max_loan}, expected ${expected.max_loan}`,
      field: 'max_loan',
    });
  return findings;
}

function toolCall({ input, dti, expected, cap, tier, rate }: Loan, tool: string, id: string): ToolCallStep {
  const results: Record<string, string> = {
    calc_dti: [
      `Existing monthly debt: ${dollars(input.total_debt / 12)}`,
      `Proposed payment: ${dollars(expected.monthly_payment)} (30-year fixed at ${rate}%)`,
      `Monthly income: ${dollars(input.annual_income / 12)}`,
      `Post-loan DTI: ${dti.toFixed(2)}%`,
      `Tier maximum DTI: ${cap}% (${tier})`,
    ].join('\n'),
    credit_risk: `Score ${input.credit_score}: ${tier}. Max DTI: ${cap}%. Rate: ${rate}%`,
    calc_max_loan: `Maximum loan: ${dollars(expected.max_loan)} (30-year fixed at ${rate}%)`,
  };
  return { kind: 'tool-call', id, tool, input: {}, result: results[tool] ?? '', isError: false, durationMs: 2 };
}

function modelCall(stopReason: string, content: JsonValue[], wobble: number): ModelCallStep {
  return {
    kind: 'model-call',
    model: 'claude-sonnet-4-6',
    stopReason,
    content,
    usage: { inputTokens: Math.round(700 * wobble), outputTokens: Math.round(180 * wobble), cacheWriteTokens: 0, cacheReadTokens: 0 },
    durationMs: 1200 * wobble,
  };
}
