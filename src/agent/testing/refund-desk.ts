import { z } from 'zod';
import type { Model, ModelAnswer, ModelRequest } from '../../model/model.ts';
import { type Agent, defineAgent } from '../define-agent.ts';
import { defineToolVariant } from '../tool-variant.ts';

interface Tools {
  readonly lookup: { readonly customer: string };
}
interface Decision {
  readonly approved: boolean;
  readonly amount: number;
}
interface Claim {
  readonly amount: number;
}

/** A tiny agent for tests: one tool with an argument, a decision of two fields. */
export function refundDesk(
  lookup: (customer: string, claim: Claim) => string | Promise<string> = (customer) => `${customer} is known`,
): Agent {
  return defineAgent<Claim, Decision>({
    name: 'refund-desk',
    input: z.strictObject({ amount: z.number().positive() }),
    prompts: { short: 'You decide refunds.' },
    toolVariants: {
      plain: defineToolVariant<Tools, Decision, Claim>({
        directory: new URL('./refund-desk/', import.meta.url),
        tools: { lookup: { source: import.meta.url, run: ({ customer }, claim) => lookup(customer, claim) } },
      }),
    },
    versions: { v1: { prompt: 'short', toolVariant: 'plain', model: 'claude-sonnet-4-6', settings: { maxTurns: 4, deadlineMs: 300 } } },
    userMessage: { source: import.meta.url, render: ({ amount }) => `Refund $${amount}?` },
    scorers: [],
  });
}

type Turn = Partial<Omit<ModelAnswer, 'content'>> & { readonly content?: readonly object[] };

/** A model that plays the given turns in order and keeps the requests it was sent. Named a script: nothing here is a model's word. */
export function scriptedModel(
  turns: readonly (Turn | ((request: ModelRequest) => Promise<ModelAnswer>))[],
): Model & { readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    mode: 'simulated',
    requests,
    async create(request) {
      const turn = turns[requests.length];
      requests.push(request);
      if (turn === undefined) throw new Error(`The script has ${turns.length} turns, and one more was asked for.`);
      return typeof turn === 'function' ? turn(request) : message(turn);
    },
  };
}

/** An answer in the shape of the Messages API. */
export function message(turn: Turn): ModelAnswer {
  return {
    id: 'msg_script',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-6',
    content: [],
    stop_reason: 'end_turn',
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 2, cache_read_input_tokens: 3 },
    ...turn,
  } as unknown as ModelAnswer;
}
