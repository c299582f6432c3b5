import { tool } from 'ai';
import { z } from 'zod';
import type { Claim } from './claim.ts';

const covered = { basic: ['fire', 'water'], plus: ['fire', 'water', 'theft', 'collision'] } as const;
const deductibles = { basic: 500, plus: 250 } as const;

/** What the model may call for a claim. */
export function toolsFor({ policy, incident, amount }: Claim) {
  return {
    coverage: tool({
      description: 'What the policy covers, its deductible and its limit.',
      inputSchema: z.object({}),
      execute: () => ({
        covered: (covered[policy.tier] as readonly string[]).includes(incident.kind),
        began: policy.began,
        deductible: deductibles[policy.tier],
        limit: policy.limit,
      }),
    }),
    payout: tool({
      description: 'What is paid for a claim, and when.',
      inputSchema: z.object({ deductible: z.number(), limit: z.number() }),
      execute: ({ deductible, limit }) => ({
        value: Math.min(Math.max(0, amount.value - deductible), limit),
        currency: amount.currency,
        due: daysAfter(incident.reported, 14),
      }),
    }),
  };
}

export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}
