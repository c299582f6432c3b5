import { z } from 'zod';
import { type Agent, defineAgent, defineToolVariant, expectedDecision, ModelError, type Simulator, trialConsistency } from '../../index.ts';

interface Visitor {
  readonly height: number;
}
interface Decision {
  readonly admitted: boolean;
  readonly reason: string;
}

/** Centimetres for which the machinery breaks, and for which the reason is hostile. */
export const unusualHeights = { unreachable: 113, hostile: 114 } as const;

/** What a hostile model says: a cleared screen, a reversed order of reading. */
export const hostileReason = '\u001B[2J\u202Eneerg';

/** A tiny agent for tests: admits visitors of 120 cm and more. The lax version admits everybody. */
/** Loaded by name from the configurations that suite-project writes. @public */
export const turnstile: Agent = defineAgent<Visitor, Decision>({
  name: 'turnstile',
  input: z.strictObject({ height: z.number().positive() }),
  prompts: { lax: 'Be kind.', strict: 'Admit from 120 cm.' },
  toolVariants: {
    gauge: defineToolVariant<{ measure: Record<string, never> }, Decision, Visitor>({
      directory: new URL('turnstile/', import.meta.url),
      tools: { measure: { source: import.meta.url, run: (_, { height }) => `Height: ${height} cm` } },
    }),
  },
  versions: {
    lax: { prompt: 'lax', toolVariant: 'gauge', model: 'claude-sonnet-4-6' },
    strict: { prompt: 'strict', toolVariant: 'gauge', model: 'claude-sonnet-4-6' },
  },
  userMessage: { source: import.meta.url, render: () => 'A visitor.' },
  policy: ({ height }) => ({ admitted: height >= 120 }),
  scorers: [expectedDecision({ approvalField: 'admitted' }), trialConsistency({ fields: ['admitted'] })],
  simulator: { source: import.meta.url, respond: (request) => respond(request) },
});

const respond: (request: Parameters<Simulator['respond']>[0]) => ReturnType<Simulator['respond']> = ({ system, messages }) => {
  const measured = /Height: (\d+) cm/.exec(JSON.stringify(messages));
  if (!measured) return { content: [{ type: 'tool_use', name: 'measure', input: {} }], stopReason: 'tool_use' };
  const height = Number(measured[1]);
  if (height === unusualHeights.unreachable) throw new ModelError('server', 'The turnstile cannot be reached.', { retryable: false });
  const decision: Decision = {
    admitted: height >= 120 || JSON.stringify(system).includes('kind'),
    reason: height === unusualHeights.hostile ? hostileReason : `${height} cm`,
  };
  return { content: [{ type: 'text', text: JSON.stringify(decision) }], stopReason: 'end_turn' };
};
