import { z } from 'zod';
import { agentPort } from '../../agent/agent-port.ts';
import { type Agent, defineAgent } from '../../agent/define-agent.ts';
import { fingerprintInput, fingerprintVersion } from '../../agent/fingerprint.ts';
import { resolveVersion } from '../../agent/version.ts';
import { jsonObjectSchema } from '../../contracts/json.ts';
import type { SettledOutcome, Trial, TrialKey } from '../../contracts/trial.ts';
import type { Simulator } from '../../model/simulator.ts';
import type { TrialRequest } from '../run-trial.ts';

/** Asks its only tool for the number, then decides. */
export const tinySimulator: Simulator = {
  source: import.meta.url,
  respond(request, random) {
    if (request.messages.length === 1) {
      return { content: [{ type: 'tool_use', name: 'look_up', input: {} }], stopReason: 'tool_use' };
    }
    return { content: [{ type: 'text', text: JSON.stringify({ approved: random() < 0.5 }) }], stopReason: 'end_turn' };
  },
};

/** Decides at once: one model call a trial. */
export const hastySimulator: Simulator = {
  source: import.meta.url,
  respond: (_request, random) => ({
    content: [{ type: 'text', text: JSON.stringify({ approved: random() < 0.5 }) }],
    stopReason: 'end_turn',
  }),
};

/** The smallest agent that uses a tool and decides something. */
export const tinyAgent: Agent = defineAgent({
  name: 'tiny',
  input: z.object({ amount: z.number() }),
  prompts: { plain: 'Look the number up, then decide.' },
  toolVariants: {
    plain: {
      definitions: [{ name: 'look_up', description: 'Looks the number up.', input_schema: { type: 'object' } }],
      decisionJsonSchema: { type: 'object' },
      decisionSchema: z.object({ approved: z.boolean() }),
      tools: new Map([['look_up', { source: import.meta.url, run: (_, input: { amount: number }) => `The number is ${input.amount}.` }]]),
      inputSchemas: new Map([['look_up', jsonObjectSchema]]),
    },
  },
  versions: { v1: { prompt: 'plain', toolVariant: 'plain', model: 'simulated' } },
  userMessage: { source: import.meta.url, render: ({ amount }) => `Decide about ${amount}.` },
  scorers: [],
});

const version = resolveVersion(tinyAgent, 'v1');
const versionFingerprint = await fingerprintVersion(tinyAgent, version, { mode: 'simulated', settings: {} });

/** A request for one trial of the tiny agent. */
export function tinyRequest(amount: number, number: number, series = 'candidate'): TrialRequest {
  const input = { amount };
  const caseFingerprint = fingerprintInput(input);
  return {
    agent: agentPort(tinyAgent, version),
    versionFingerprint,
    caseId: `amount-${amount}`,
    input,
    caseFingerprint,
    series,
    number,
  };
}

/** `repeats` trials of each of the cases 1..`cases`, case by case. */
export function tinyRequests(cases: number, repeats: number, series?: string): TrialRequest[] {
  return Array.from({ length: cases }, (_, at) =>
    Array.from({ length: repeats }, (_, index) => tinyRequest(at + 1, index + 1, series)),
  ).flat();
}

/** A stored trial as it could have come from the tiny agent. */
export function tinyTrial(key: Partial<TrialKey> = {}, outcome: SettledOutcome = { kind: 'decided', decision: { approved: true } }): Trial {
  const usage = { inputTokens: 10, outputTokens: 5, cacheWriteTokens: 0, cacheReadTokens: 0 };
  return {
    key: { versionFingerprint: 'version', caseFingerprint: 'case', series: 'candidate', number: 1, ...key },
    mode: 'simulated',
    transcript: {
      userMessage: 'Decide about 1.',
      steps: [
        {
          kind: 'model-call',
          model: 'simulated',
          stopReason: 'end_turn',
          content: [{ type: 'text', text: '{"approved":true}', citations: null }],
          usage,
          durationMs: 12.5,
        },
      ],
    },
    usage,
    startedAt: '2026-11-23T10:00:00.000Z',
    durationMs: 13,
    infraRetries: 0,
    outcome,
  };
}
