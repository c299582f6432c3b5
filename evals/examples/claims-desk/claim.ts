import { z } from 'zod';

const date = z.iso.date();

/** A claim as the desk gets it. */
export const claimSchema = z.strictObject({
  policy: z.strictObject({ tier: z.enum(['basic', 'plus']), began: date, limit: z.number().positive() }),
  incident: z.strictObject({ kind: z.enum(['fire', 'water', 'theft', 'collision']), on: date, reported: date, description: z.string() }),
  amount: z.strictObject({ value: z.number().positive(), currency: z.string().length(3) }),
});
export type Claim = z.infer<typeof claimSchema>;

/** What the desk decides; a payout with an approval alone. */
export const decisionSchema = z.strictObject({
  outcome: z.enum(['approve', 'deny', 'investigate']),
  payout: z.strictObject({ value: z.number(), currency: z.string(), due: z.string() }).nullable(),
  explanation: z.string(),
});
export type ClaimDecision = z.infer<typeof decisionSchema>;
