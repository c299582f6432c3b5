import { z } from 'zod';
import type { Agent, JsonObject, Simulator } from '../../src/index.ts';

/** What the agent needs of Docket, from source or built: whichever is measured. */
type DocketValues = Pick<typeof import('../../src/index.ts'), 'defineAgent' | 'expectedDecision' | 'trialConsistency'>;

const decisionSchema = z.object({ approved: z.boolean() });

/** Decides at once, and always as the cases of the bench expect: what is measured is the machinery around it. */
export const oneCallSimulator: Simulator = {
  source: import.meta.url,
  respond: () => ({ content: [{ type: 'text', text: '{"approved":true}' }], stopReason: 'end_turn' }),
};

/** How long the model takes to answer. */
export const latencyMs = 50;

export const systemPrompt = 'You approve everything.';

/** What the model is asked about a case. */
export function questionOf(amount: number): string {
  return `Decide about ${amount}.`;
}

/** The smallest agent: one model call, a decision of one field, one scorer of a trial and one of its repeats. */
export function oneCallAgent({ defineAgent, expectedDecision, trialConsistency }: DocketValues): Agent {
  return defineAgent<{ amount: number }, { approved: boolean }>({
    name: 'one-call',
    input: z.strictObject({ amount: z.number() }),
    prompts: { plain: systemPrompt, other: `${systemPrompt} Always.` },
    toolVariants: {
      none: {
        definitions: [],
        decisionJsonSchema: z.toJSONSchema(decisionSchema) as JsonObject,
        decisionSchema,
        tools: new Map(),
        inputSchemas: new Map(),
      },
    },
    versions: {
      v1: { prompt: 'plain', toolVariant: 'none', model: 'claude-haiku-4-5' },
      v2: { prompt: 'other', toolVariant: 'none', model: 'claude-haiku-4-5' },
    },
    userMessage: { source: import.meta.url, render: ({ amount }) => questionOf(amount) },
    scorers: [expectedDecision({ approvalField: 'approved' }), trialConsistency({ fields: ['approved'] })],
    simulator: oneCallSimulator,
  });
}
