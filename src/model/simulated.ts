import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { sha256 } from '../contracts/canonical-json.ts';
import { simulatedIds } from '../contracts/simulated-answer.ts';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from './model.ts';
import { ModelError } from './model-error.ts';
import { seededRandom } from './random.ts';
import { roughTokens } from './rough-tokens.ts';
import type { SimulatedAnswer, Simulator } from './simulator.ts';

/** Settings of the offline stand-in. All but `latencyMs` and `failureRate` change what it answers, so they are fingerprinted. */
export const simulationSchema = z.strictObject({
  /** Share of trials, 0..1, in which any version gives a wrong answer at random. */
  slipRate: z.number().min(0).max(1).default(0),
  /** How long each answer takes, in milliseconds. */
  latencyMs: z.number().nonnegative().default(0),
  /** Share of model calls, 0..1, that end as a server error. */
  failureRate: z.number().min(0).max(1).default(0),
});
export type Simulation = z.infer<typeof simulationSchema>;

/**
 * A model that answers offline, in the shapes of the Messages API. Not a language model: it is an agent's `simulator`, seeded by the
 * request, the series and the trial number, so the same trial always gets the same answers.
 */
export function simulatedModel(simulator: Simulator, options: Partial<Simulation> = {}): Model {
  const simulation = simulationSchema.parse(options);
  const failures = new Map<string, number>();
  return {
    mode: 'simulated',
    async create(request, context) {
      if (simulation.latencyMs > 0) await wait(simulation.latencyMs, undefined, { signal: context.signal });
      context.signal.throwIfAborted();
      const seed = JSON.stringify([request, context.series, context.trialNumber]);
      if (simulation.failureRate > 0) failNowAndThen(seed, simulation.failureRate, failures);
      return answer(simulator, simulation, request, context, seed);
    },
  };
}

/** A call that failed is drawn anew when it is made again. */
function failNowAndThen(seed: string, failureRate: number, failures: Map<string, number>): void {
  const key = sha256(seed);
  const attempt = failures.get(key) ?? 0;
  failures.set(key, attempt + 1);
  if (seededRandom(`failure ${attempt} ${seed}`)() < failureRate) {
    throw new ModelError('server', 'The simulated model failed on purpose (failureRate).', { retryable: true });
  }
}

function answer(simulator: Simulator, simulation: Simulation, request: ModelRequest, context: ModelContext, seed: string): ModelAnswer {
  // Drawn once a trial, from what all its requests share: the conversation's start.
  const trial = JSON.stringify([request.system, request.tools, request.messages[0], context.series, context.trialNumber]);
  const slipping = simulation.slipRate > 0 && seededRandom(`slip ${trial}`)() < simulation.slipRate;
  const { content, stopReason } = withinTokens(simulator.respond(request, seededRandom(seed), slipping), request.max_tokens);
  const id = sha256(seed);
  return {
    id: `${simulatedIds.message}${id.slice(0, 16)}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: content.map((block, index) =>
      block.type === 'text'
        ? { type: 'text', text: block.text, citations: null }
        : {
            type: 'tool_use',
            id: `${simulatedIds.toolCall}${id.slice(0, 12)}_${index + 1}`,
            name: block.name,
            input: block.input,
            caller: { type: 'direct' },
          },
    ),
    stop_reason: stopReason,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      input_tokens: roughTokens([request.system, request.tools, request.messages]),
      output_tokens: tokensOf(JSON.stringify(content)),
      cache_creation: null,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      inference_geo: null,
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: 'standard',
      speed: null,
    },
  };
}

/** A rough count, four characters a token; named as simulated wherever it is shown. */
const charactersOfToken = 4;

function tokensOf(text: string): number {
  return Math.ceil(text.length / charactersOfToken);
}

/** An answer ends where its tokens do, in the middle of a word; a tool call that does not fit is not made. */
function withinTokens(answer: SimulatedAnswer, maxTokens: number): SimulatedAnswer {
  if (tokensOf(JSON.stringify(answer.content)) <= maxTokens) return answer;
  let left = maxTokens * charactersOfToken - JSON.stringify([]).length;
  const content: SimulatedAnswer['content'][number][] = [];
  for (const block of answer.content) {
    const around = JSON.stringify(block).length;
    if (around <= left) {
      content.push(block);
      left -= around + 1;
      continue;
    }
    if (block.type === 'text') {
      const text = longestStart(block.text, left - JSON.stringify({ ...block, text: '' }).length);
      if (text !== '') content.push({ ...block, text });
    }
    break;
  }
  return { content, stopReason: 'max_tokens' };
}

/** The longest start of a text that takes no more than so many characters as JSON; never half of a character of two units. */
function longestStart(text: string, room: number): string {
  let end = 0;
  let taken = 0;
  for (const character of text) {
    taken += JSON.stringify(character).length - 2;
    if (taken > room) break;
    end += character.length;
  }
  return text.slice(0, end);
}
