import { z } from 'zod';
import { type RuleKind, ruleKinds } from './rule-kind.ts';

/** One difference between main's rules and those of the pull request. Values are text as it is shown; absent where there was or is none. */
export const ruleChangeSchema = z.object({
  what: z.enum(Object.keys(ruleKinds) as [RuleKind, ...RuleKind[]]),
  /** A file relative to docket.config.ts, or a case. */
  where: z.string().min(1),
  /** Which part of it: `label.decision.approved`. */
  field: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  /** Whether it can make a difference to what passes. What cannot is told, and no more. */
  weighs: z.boolean(),
});
export type RuleChange = z.infer<typeof ruleChangeSchema>;
