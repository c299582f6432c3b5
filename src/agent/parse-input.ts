import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Agent } from './define-agent.ts';
import type { Version } from './version.ts';

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

/**
 * The schema of what a version takes: its own, where it takes fewer inputs than its agent.
 * @param agent the version's
 */
export function inputSchemaOf({ input }: Pick<Agent, 'input'>, { toolVariant }: Pick<Version, 'toolVariant'>): Agent['input'] {
  return toolVariant.input ?? input;
}

/** @throws {DocketError} for an input that the agent takes and this version of it does not */
export function requireTaken({ name, toolVariant }: Pick<Version, 'name' | 'toolVariant'>, input: JsonObject): void {
  const parsed = toolVariant.input?.safeParse(input);
  if (!parsed || parsed.success) return;
  const [issue] = parsed.error.issues;
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new DocketError(`The version "${name}" does not take this input: ${where}${issue?.message}. Leave it out where this version runs.`);
}
