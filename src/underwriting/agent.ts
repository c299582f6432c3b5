import { readFileSync } from 'node:fs';
import { type Agent, defineAgent, defineToolVariant } from '../index.ts';
import { type ApplicationWithNotes, applicationWithNotesSchema } from './applicant.ts';
import { type LoanApplication, loanApplicationSchema } from './application.ts';
import { commandLine } from './command-line.ts';
import { policyDecision, tiers } from './policy.ts';
import { rationale } from './rationale.ts';
import { relations } from './relations.ts';
import { scorers } from './scorers.ts';
import { simulatedUnderwriter } from './simulated-underwriter.ts';
import type * as v1 from './tool-variants/v1.generated.ts';
import type * as v2 from './tool-variants/v2.generated.ts';
import { calcDti } from './tools/calc-dti.ts';
import { calcDtiWithoutLoan } from './tools/calc-dti-without-loan.ts';
import { calcMaxLoan } from './tools/calc-max-loan.ts';
import { creditRisk } from './tools/credit-risk.ts';
import { userMessage } from './user-message.ts';
import { userMessageWithNotes } from './user-message-with-notes.ts';

const prompt = (name: string) => readFileSync(new URL(`prompts/${name}.md`, import.meta.url), 'utf8').trimEnd();

/**
 * The agent on trial: decides loan applications. Version 1 is kept as it was, bug included; version 2 is what its traces taught. Version 3 is told who
 * applies and what they wrote, too, and may be swayed by neither.
 */
export const underwriter: Agent = defineAgent<ApplicationWithNotes, v1.Decision | v2.Decision>({
  name: 'underwriter',
  input: applicationWithNotesSchema,
  prompts: { v1: prompt('v1'), v2: prompt('v2'), v3: prompt('v3') },
  toolVariants: {
    v1: defineToolVariant<v1.Tools, v1.Decision, LoanApplication>({
      directory: new URL('tool-variants/v1/', import.meta.url),
      tools: { calc_dti: calcDtiWithoutLoan, credit_risk: creditRisk },
      input: loanApplicationSchema,
    }),
    v2: defineToolVariant<v2.Tools, v2.Decision, LoanApplication>({
      directory: new URL('tool-variants/v2/', import.meta.url),
      tools: { calc_dti: calcDti, calc_max_loan: calcMaxLoan, credit_risk: creditRisk },
      input: loanApplicationSchema,
    }),
    // The same tools and decision; the model is told more.
    v3: defineToolVariant<v2.Tools, v2.Decision, ApplicationWithNotes>({
      directory: new URL('tool-variants/v2/', import.meta.url),
      tools: { calc_dti: calcDti, calc_max_loan: calcMaxLoan, credit_risk: creditRisk },
      userMessage: userMessageWithNotes,
    }),
  },
  versions: {
    v1: { prompt: 'v1', toolVariant: 'v1', model: 'claude-sonnet-4-6' },
    v2: { prompt: 'v2', toolVariant: 'v2', model: 'claude-sonnet-4-6' },
    v3: { prompt: 'v3', toolVariant: 'v3', model: 'claude-sonnet-4-6' },
  },
  userMessage,
  policy: policyDecision,
  explain: rationale,
  approvalField: 'approved',
  monotone: {
    annual_income: 'higher-approves',
    total_debt: 'lower-approves',
    credit_score: 'higher-approves',
    loan_amount: 'lower-approves',
  },
  boundaries: { credit_score: tiers.map(({ minimumScore }) => minimumScore).filter((score) => score > 0) },
  relations,
  scorers,
  scorersSource: new URL('scorers.ts', import.meta.url).href,
  simulator: simulatedUnderwriter,
  commandLine,
});
