import type Anthropic from '@anthropic-ai/sdk';
import type { ModelMode, StandIn } from '../contracts/model-mode.ts';

/** A request as the Messages API takes it. */
export type ModelRequest = Anthropic.MessageCreateParamsNonStreaming;

/** An answer as the Messages API gives it, with what the transport said beside it. */
export type ModelAnswer = Anthropic.Message & {
  /** The request's id where there was one. */
  readonly _request_id?: string | null;
  /** What the server says it really is, when it is no live model. */
  readonly _stand_in?: StandIn;
  /** Tries before this one that the provider may have charged for and that brought no answer. */
  readonly _lost_tries?: number;
};

/** What a model may know beside the request. It holds nothing about the case: the expected decision cannot leak. */
export interface ModelContext {
  /** Series and number of the trial: the simulated model is seeded by them, recordings are replayed by them. */
  readonly series: string;
  readonly trialNumber: number;
  /** Ends the call: the trial's deadline, or the person pressed Ctrl-C. */
  readonly signal: AbortSignal;
  /** How long the whole trial may take: one that may take minutes is given long answers as a stream. */
  readonly deadlineMs?: number;
  /** Given every wait for a turn, behind a rate limit say: such time is not the trial's own, and its deadline does not count it. */
  readonly waiting?: <Value>(turn: Promise<Value>) => Promise<Value>;
}

/** Who answers. Implementations: `anthropic` (live), `recorded`, `simulated`. */
export interface Model {
  readonly mode: ModelMode;
  /** Where live calls go; undefined for a model that calls nobody. */
  readonly endpoint?: string;
  /** @throws {ModelError} when no usable answer came. */
  create(request: ModelRequest, context: ModelContext): Promise<ModelAnswer>;
}
