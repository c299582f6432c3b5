import { z } from 'zod';

/**
 * What becomes of an input field before a trace's input is written into a file that goes to git. `keep`: as it is, whatever its name is, but
 * text still goes through the detectors; `drop`: taken out, a person fills it in; `mask`: letters and digits become x, a number 0;
 * `generalise`: a number keeps two significant digits, a date its year; `pseudonymise`: replaced, the same value always by the same word.
 */
export const redactionRuleSchema = z.enum(['keep', 'drop', 'mask', 'generalise', 'pseudonymise']);
export type RedactionRule = z.infer<typeof redactionRuleSchema>;

/** Rules by field; a field inside another is named with a dot (`applicant.name`), the elements of a list share its name. */
export type RedactionRules = Readonly<Record<string, RedactionRule>>;

/** Which way a field pushes the decision when everything else stays. */
export type MonotoneDirection = 'higher-approves' | 'lower-approves';
