import { DocketError } from '../contracts/docket-error.ts';
import { checkSource } from './check-source.ts';
import type { Agent } from './define-agent.ts';
import { type OwnAgentDefinition, type OwnVersion, ownAgent } from './own-agent.ts';
import type { OwnAnswer } from './own-answer.ts';
import type { Answering, OwnContext } from './own-run.ts';

/** What a version of a function agent names. */
export type FunctionVersion = OwnVersion;

/** What a function is told beside the input. Nothing of the case: the expected decision cannot leak. */
export type FunctionContext = OwnContext;

/** What a function answers: a decision, or in `outcome` how it ended without one; with what happened and what it cost where that is known. */
export type FunctionAnswer<Decision> = OwnAnswer<Decision>;

/** What an agent that is a function declares. */
export interface FunctionAgentDefinition<Input extends object, Decision extends object> extends OwnAgentDefinition<Input, Decision> {
  /** `import.meta.url` of the file with the function: that file and everything it imports are part of the fingerprint. */
  readonly source: string;
  /**
   * The agent. What it throws counts against it (`no-decision`), but for what says that a server could not be reached, was too busy or refused the
   * key: that is an infra error, and says nothing about the agent.
   */
  run(input: Input, context: FunctionContext): Promise<FunctionAnswer<Decision>> | FunctionAnswer<Decision>;
}

/**
 * Declares an agent that is any async function: one written with another framework, or without one. It answers by itself, with whatever keys it
 * finds in its environment; Docket asks no model for it, so there is no simulated or recorded mode.
 * @throws {DocketError} when a version, a scorer or a schema cannot be used
 */
export function functionAgent<Input extends object, Decision extends object>(definition: FunctionAgentDefinition<Input, Decision>): Agent {
  const { source, run, ...shared } = definition;
  if (typeof run !== 'function')
    throw new DocketError(`agent "${definition.name}": "run" is no function. Expected async (input, context) => ({ decision }).`);
  checkSource(source, `agent "${definition.name}"`);
  const answers: Answering = (input, { version, signal, heard }) => {
    const answer = () => run(input as Input, { version, signal });
    return heard ? heard.within(answer) : answer();
  };
  return ownAgent(shared, { kind: 'function', source, answers });
}
