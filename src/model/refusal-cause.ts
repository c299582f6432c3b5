import type { InfraErrorKind } from '../contracts/trial.ts';

/** The request that was refused, as far as its refusal can be about it. Nothing of the conversation. */
export interface RefusedRequest {
  readonly model: string;
  readonly maxTokens: number;
  /** Names of the tools in the order they were sent in. */
  readonly tools: readonly string[];
  /** Origin and path of the server. */
  readonly endpoint: string;
}

/** Why a server refuses, by what it says of it. Only numbers, dates and words of a list are taken over from its text, which may hold anything. */
export interface Cause {
  readonly when: RegExp;
  readonly kind?: InfraErrorKind;
  readonly retryable?: true;
  says(match: RegExpExecArray, request: RefusedRequest, text: string): string;
}

/** The sentence for a port that takes https alone. */
export function takesHttps({ endpoint }: RefusedRequest): string {
  return `The model server at ${endpoint} takes https only. Let ANTHROPIC_BASE_URL begin with https://`;
}
