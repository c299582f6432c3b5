import type { UserMessage } from '../index.ts';
import type { LoanApplication } from './application.ts';
import { dollars } from './money.ts';

/** What the model is told: the loan only. Everything else about the applicant is behind the tools. */
export const userMessage: UserMessage<LoanApplication> = {
  source: import.meta.url,
  render: (application) => `Evaluate this loan application for ${dollars(application.loan_amount)}`,
};
