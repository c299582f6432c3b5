import type Anthropic from '@anthropic-ai/sdk';
import type { ModelMode } from '../contracts/model-mode.ts';

/** A request as the Messages API takes it. */
export type ModelRequest = Anthropic.MessageCreateParamsNonStreaming;

/** An answer as the Messages API gives it, with the request id of the transport where there was one. */
export type ModelAnswer = Anthropic.Message & { readonly _request_id?: string | null };

/** What a model may know beside the request. It holds nothing about the case: the expected decision cannot leak. */
export interface ModelContext {
  /** Series and number of the trial: the simulated model is seeded by them, recordings are replayed by them. */
  readonly series: string;
  readonly trialNumber: number;
  /** Ends the call: the trial's deadline, or the person pressed Ctrl-C. */
  readonly signal: AbortSignal;
  /** Given every wait for a turn, behind a rate limit say: such time is not the trial's own, and its deadline does not count it. */
  readonly waiting?: <Value>(turn: Promise<Value>) => Promise<Value>;
}

/** Who answers. Implementations: `anthropic` (live), `recorded`, `simulated`. */
export interface Model {
  readonly mode: ModelMode;
  /** @throws {ModelError} when no usable answer came. */
  create(request: ModelRequest, context: ModelContext): Promise<ModelAnswer>;
}
