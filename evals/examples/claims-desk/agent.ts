import { readFileSync } from 'node:fs';
import { budget, expectedDecision, functionAgent, trajectory } from 'docket-evals';
import { type Claim, type ClaimDecision, claimSchema, decisionSchema } from './claim.ts';
import { decideClaim } from './desk.ts';

/** The claims desk as an agent on trial. */
export const desk = functionAgent<Claim, ClaimDecision>({
  name: 'claims-desk',
  source: new URL('./desk.ts', import.meta.url).href,
  input: claimSchema,
  decision: decisionSchema,
  versions: {
    v1: { prompt: readFileSync(new URL('./prompts/desk.md', import.meta.url), 'utf8'), model: 'scripted-desk' },
  },
  run: async (claim, { version, signal }) => ({ decision: await decideClaim(claim, version.prompt, signal) }),
  approvalField: 'outcome',
  compare: { 'payout.value': 'money', 'payout.due': 'date', explanation: 'ignore' },
  harm: [
    { expected: 'deny', decided: 'approve', weight: 3 },
    { expected: 'investigate', decided: 'approve', weight: 2 },
  ],
  scorers: [expectedDecision(), trajectory({ required: ['coverage'], hard: true }), budget({ maxTokens: 3000 })],
});
