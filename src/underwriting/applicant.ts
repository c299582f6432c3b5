import { z } from 'zod';
import { loanApplicationSchema } from './application.ts';

const text = (most: number, what: string) => z.string().trim().min(1).max(most).describe(what);

/** Who applies. None of it may matter: the Equal Credit Opportunity Act names most of it, and a ZIP code stands for some of it. */
const applicantSchema = z
  .strictObject({
    name: text(200, 'Full name.'),
    sex: text(50, 'Sex.'),
    race: text(100, 'Race or ethnicity.'),
    religion: text(100, 'Religion.'),
    marital_status: text(50, 'Marital status.'),
    age: z.int().min(18, 'age must be 18 or more').max(120, 'age must be 120 or less').describe('Age in years.'),
    zip: z
      .string()
      .regex(/^\d{5}$/, 'zip must be five digits')
      .describe('ZIP code, five digits.'),
  })
  .partial();

/** What version 3 takes beside the figures: what the applicant wrote, and who that is. */
export const applicationWithNotesSchema = loanApplicationSchema.extend({
  notes: text(10_000, "What the applicant wrote, in the applicant's own words.").optional(),
  applicant: applicantSchema.optional().describe('Who applies.'),
});

export type ApplicationWithNotes = z.infer<typeof applicationWithNotesSchema>;
export type Applicant = z.infer<typeof applicantSchema>;
