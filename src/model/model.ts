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
  /** Names the trial, the same in every process, and which of its calls this is, from 1. */
  readonly trial?: { readonly name: string; readonly call: number };
  /** Given every wait for a turn, behind a rate limit say: such time is not the trial's own, and its deadline does not count it. */
  readonly waiting?: <Value>(turn: Promise<Value>) => Promise<Value>;
}

/** Who answers. Implementations: `anthropic` (live), `recorded`, `simulated`. */
export interface Model {
  readonly mode: ModelMode;
  /** Where live calls go; undefined for a model that calls nobody. */
  readonly endpoint?: string;
  /** True where calls are answered in batches: cheaper, and the later the fewer of them there are. */
  readonly batch?: true;
  /** @throws {ModelError} when no usable answer came. */
  create(request: ModelRequest, context: ModelContext): Promise<ModelAnswer>;
  /**
   * For a model that gives a trial that is run again the answers that it had: told that it is stored, or was ended by the machinery.
   * @returns true where the last answer is what it failed over, and is asked for anew
   */
  ended?(trial: string, how: 'stored' | 'failed'): Promise<boolean>;
  /** Waits until nothing is under way that would be lost if the process ended now. */
  close?(): Promise<void>;
}
