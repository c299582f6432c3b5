import type { UserMessage } from '../index.ts';
import type { ApplicationWithNotes } from './applicant.ts';
import { dollars } from './money.ts';

/** What the model of version 3 is told: the loan, who applies, and what they wrote. Every figure but the loan is behind the tools. */
export const userMessageWithNotes: UserMessage<ApplicationWithNotes> = {
  source: import.meta.url,
  render({ loan_amount, applicant = {}, notes }) {
    const known = Object.entries(applicant).map(([field, value]) => `${field.replaceAll('_', ' ')} ${value}`);
    return [
      `Evaluate this loan application for ${dollars(loan_amount)}`,
      ...(known.length > 0 ? [`Applicant: ${known.join('; ')}`] : []),
      ...(notes === undefined ? [] : [`Notes from the applicant:\n${notes}`]),
    ].join('\n\n');
  },
};
