import type { InfraErrorKind } from '../contracts/trial.ts';

/**
 * No usable answer came from the model. Says nothing about the agent.
 * The message is our own text: never a raw provider body, never a key.
 */
export class ModelError extends Error {
  /** By name: an agent may come with a second copy of Docket, and its model's errors are errors like ours. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'ModelError';
  }

  override readonly name = 'ModelError';
  readonly kind: InfraErrorKind;
  /** True when trying again may help. */
  readonly retryable: boolean;
  /** True when the provider may have charged for the answer that did not come. */
  readonly lost: boolean;

  constructor(
    kind: InfraErrorKind,
    message: string,
    options: { readonly retryable: boolean; readonly lost?: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryable = options.retryable;
    this.lost = options.lost ?? false;
  }
}
