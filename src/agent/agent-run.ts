import type { SpanContext } from '@opentelemetry/api';
import type { OwnKind } from '../contracts/described-agent.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Served } from '../contracts/served.ts';
import type { ToolCallStep, Transcript, Usage } from '../contracts/transcript.ts';
import type { Outcome } from '../contracts/trial.ts';
import type { SpanListener } from '../contracts/trial-spans.ts';
import type { Model } from '../model/model.ts';
import type { RunTrace } from './span-attributes.ts';
import type { Version } from './version.ts';

/** What a run of the agent left behind. */
export interface AgentRun {
  readonly outcome: Outcome;
  readonly transcript: Transcript;
  readonly usage: Usage;
  /** The span of this run, where it was recorded. */
  readonly span?: SpanContext;
}

/** What a run is given beside the input. */
export interface RunContext {
  readonly model: Model;
  readonly series: string;
  readonly trialNumber: number;
  /** Aborting it ends the run with the signal's reason thrown; nothing is stored. */
  readonly signal: AbortSignal;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Hears the spans of agents that answer by themselves; without it they have the transcript that they tell. */
  readonly spans?: SpanListener | undefined;
  /** Says what a tool call is told in the place of the tool, which then does not run; asked once for each call, in their order. */
  readonly toolAnswer?: (call: { readonly name: string; readonly input: unknown }) => ToolAnswer | undefined;
  /** What its trace says beside the run itself; only read where spans are recorded. */
  readonly trace?: RunTrace;
}

/** What a model is told of a tool call. */
export type ToolAnswer = Pick<ToolCallStep, 'result' | 'isError'>;

/** An agent that answers by itself, without Docket's tool loop and model. */
export interface OwnAnswers {
  readonly kind: OwnKind;
  /** What makes another checkout of it ready to run. */
  readonly setup?: readonly [program: string, ...words: string[]];
  /** True where nobody can say which installed packages of JavaScript it loads. */
  readonly anyPackage?: boolean;
  /** As `AgentPort.run`, for any version of the agent. */
  run(version: Version, input: JsonObject, context: RunContext): Promise<AgentRun>;
  /** Who answers, where that is a server that is no part of this checkout. */
  served?(version: Version): Promise<Served | undefined>;
  /** Says what is missing before the first trial can run. @throws {DocketError} */
  check?(): void;
  /** Ends what it keeps running between trials; the next trial starts it anew. */
  close?(): Promise<void>;
}
