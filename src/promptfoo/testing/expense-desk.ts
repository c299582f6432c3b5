import { z } from 'zod';
import { type Agent, defineAgent, defineToolVariant, expectedDecision, ModelError, type Simulator, trialConsistency } from '../../index.ts';

interface Expense {
  readonly amount: number;
  readonly note: string;
}
interface Decision {
  readonly approved: boolean;
  readonly limit: number;
  readonly reason: string;
}
interface Tools {
  readonly rules: Record<string, never>;
}

/** An expense of this amount ends as an infra error whose text holds all that promptfoo would react to. */
export const unreachableAmount = 13;

/** Approves up to the limit in its prompt, and repeats the note it was given. */
const simulator: Simulator = {
  source: import.meta.url,
  respond({ system, messages }) {
    const limit = Number(/up to (\d+)/.exec(JSON.stringify(system))?.[1]);
    const [, amount, note] = /Expense of (\d+): ([\s\S]*)/.exec(firstText(messages)) ?? [];
    if (Number(amount) === unreachableAmount) {
      throw new ModelError('connection', 'network timeout, HTTP 429, rate limit, 502', { retryable: false });
    }
    const decision: Decision = { approved: Number(amount) <= limit, limit, reason: `Noted: ${note}` };
    return { content: [{ type: 'text', text: JSON.stringify(decision) }], stopReason: 'end_turn' };
  },
};

function firstText(messages: Parameters<Simulator['respond']>[0]['messages']): string {
  const content = messages[0]?.content;
  const block = typeof content === 'string' ? undefined : content?.[0];
  return block?.type === 'text' ? block.text : '';
}

export const prompts = {
  generous: 'You decide expenses. Approve up to 999999.',
  strict: 'You decide expenses. Approve up to 1429.',
};

/** A tiny agent for tests: `strict` follows the rules, `generous` approves everything. */
export const expenseDesk: Agent = defineAgent<Expense, Decision>({
  name: 'expense-desk',
  input: z.strictObject({ amount: z.number(), note: z.string() }),
  prompts,
  toolVariants: {
    plain: defineToolVariant<Tools, Decision, Expense>({
      directory: new URL('./expense-desk/', import.meta.url),
      tools: { rules: { source: import.meta.url, run: () => 'Up to 1429.' } },
    }),
  },
  versions: {
    generous: { prompt: 'generous', toolVariant: 'plain', model: 'claude-sonnet-4-6' },
    strict: { prompt: 'strict', toolVariant: 'plain', model: 'claude-sonnet-4-6' },
  },
  userMessage: { source: import.meta.url, render: ({ amount, note }) => `Expense of ${amount}: ${note}` },
  scorers: [expectedDecision({ approvalField: 'approved' }), trialConsistency({ fields: ['approved'] })],
  simulator,
});
