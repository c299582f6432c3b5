import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { MutationFamily } from '../contracts/mutation-families.ts';
import type { Model } from '../model/model.ts';
import type { Agent } from './define-agent.ts';
import type { Version } from './version.ts';

/** What a known fault is planted in. */
export interface MutationPlace {
  readonly agent: Agent;
  readonly version: Version;
  /** Inputs of the cases, as the agent's schema parses them; one or more. */
  readonly inputs: readonly JsonObject[];
  /** What each tool was last asked and said when the version itself ran, by the tool's name. */
  readonly toolResults: ReadonlyMap<string, ToolSample>;
}

export interface ToolSample {
  readonly toolInput: JsonObject;
  readonly result: string;
}

/** One known fault in one place: a version that is changed, a model that answers otherwise, or one that takes longer. */
export interface Mutant {
  /** Where and what, for a person; with the mutator's name its identity, so it says the same on each run. */
  readonly what: string;
  /** The version with the fault; the same one when not given. */
  readonly version?: Version;
  /** Answers in the place of the given model. */
  readonly model?: (model: Model) => Model;
  /** Milliseconds that each model call takes longer, by the clock of the trial: nobody waits. */
  readonly delayMs?: number;
}

/** Plants one kind of known fault, to see whether a suite notices it: `docket mutate`. */
export interface Mutator {
  /** Lower-case letters, digits and dashes. */
  readonly name: string;
  readonly family: MutationFamily;
  /** `import.meta.url` of its file: what it came to is known until that file, or one that it imports, changes. */
  readonly source: string;
  /** One mutant for each place that the fault can be planted in; none where there is no such place. */
  plant(place: MutationPlace): readonly Mutant[];
}

/** Mutators of a configuration. */
export const mutatorsSchema = z.array(
  z.custom<Mutator>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      'plant' in value &&
      typeof value.plant === 'function' &&
      'name' in value &&
      typeof value.name === 'string' &&
      'source' in value &&
      typeof value.source === 'string',
    'expected a mutator: { name, family, source: import.meta.url, plant(place) }',
  ),
);

/** @throws {DocketError} naming the mutator, because a fault that is none says nothing of a suite */
export function changesNothing(name: string, what: string): DocketError {
  return new DocketError(
    `The mutator "${name}" changed nothing ("${what}"). A mutant differs from the version in its prompt, tools, decision schema, model or settings, has tools or a model of its own, or takes longer. Leave out places where there is nothing to change.`,
  );
}
