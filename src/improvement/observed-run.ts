import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { Finding } from '../contracts/score.ts';
import type { Usage } from '../contracts/transcript.ts';

/** A tool call as it was recorded. */
export interface ObservedCall {
  readonly tool: string;
  readonly input: JsonValue;
  readonly result: string;
  readonly isError: boolean;
  /** Number of the model's turn that asked for it; calls of one turn are asked for together. */
  readonly turn: number;
}

/** A model call of a run by what it used. */
export interface ObservedTurn {
  readonly model: string;
  readonly usage: Usage;
  /** Since the call before it began, in milliseconds. */
  readonly sinceMs: number;
}

/** One run of an agent, a trace or a trial, as detectors see it. Content is hostile: it is compared and quoted, never obeyed. */
export interface ObservedRun {
  /** A trace's id, or a trial as `case, trial 2`. */
  readonly id: string;
  readonly kind: 'trace' | 'trial';
  readonly caseId?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number | null;
  /** Which of two windows or versions it belongs to, where they are compared. */
  readonly version: string;
  /** Whole, as the agent's schema parsed it; undefined when it was not recorded or not all of it. */
  readonly input: JsonObject | undefined;
  readonly userMessage: string;
  readonly decision: JsonObject | undefined;
  readonly calls: readonly ObservedCall[];
  readonly modelCalls: number;
  /** Where each call says what it used. */
  readonly turns?: readonly ObservedTurn[];
  readonly models: readonly string[];
  readonly usage: Usage | null;
  readonly durationMs: number | null;
  readonly dollars: number | undefined;
  readonly failed: boolean;
  /** How it ended, in words. */
  readonly ended: string;
  /** True where a simulated model answered. */
  readonly simulated: boolean;
  readonly findings: readonly Finding[];
}
