import { z } from 'zod';
import { momentForms, momentOf } from '../text/moment.ts';

/** A moment, as tools take it: its text. */
export const momentSchema = z
  .string()
  .refine((text) => momentOf(text) !== undefined, `expected ${momentForms}`)
  .describe(`A moment: ${momentForms}.`);
