import type { ModelAnswer, ModelRequest } from './model.ts';

/** Returns a number in [0, 1); the same seed gives the same row of numbers. */
export type Random = () => number;

/** What a simulated model says: content blocks and a stop reason, as in the Messages API. Ids and usage are added. */
export type SimulatedAnswer = {
  readonly content: readonly (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'tool_use'; readonly name: string; readonly input: Record<string, unknown> }
  )[];
  readonly stopReason: NonNullable<ModelAnswer['stop_reason']>;
};

/**
 * How an offline stand-in behaves in an agent's domain. It sees the request and nothing else: system prompt, tool
 * definitions, messages. It never sees the case, its label or the policy's answer.
 */
export interface Simulator {
  /** `import.meta.url` of its file: part of the fingerprint in simulated mode. */
  readonly source: string;
  /**
   * @param random what varies between trials of one request, seeded by the conversation's start, the series and the trial number
   * @param slipping true when this trial was drawn to slip (`slipRate`): the answer must be wrong in some way a person would notice
   */
  respond(request: ModelRequest, random: Random, slipping: boolean): SimulatedAnswer;
}
