import { DocketError } from '../contracts/docket-error.ts';
import type { Agent } from './define-agent.ts';

/**
 * An input by the agent's own schema.
 * @throws {DocketError} when the schema itself fails: it waits for something, or a function in it throws
 */
export function parseInput({ name, input }: Pick<Agent, 'name' | 'input'>, value: unknown): ReturnType<Agent['input']['safeParse']> {
  try {
    return input.safeParse(value);
  } catch (cause) {
    const waits = cause instanceof Error && cause.constructor.name === '$ZodAsyncError';
    const why = waits
      ? 'waits for something (an async refinement or transform). Inputs are checked at once: make it plain, and do what takes time in the agent'
      : `failed: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`;
    throw new DocketError(`The input schema of the agent "${name}" ${why}.`, { cause });
  }
}
