import type { DescribedVersion } from '../contracts/described-agent.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Model } from '../model/model.ts';
import type { Agent } from './define-agent.ts';
import { describeVersion } from './describe-agent.ts';
import type { RunTrace } from './span-attributes.ts';
import { type AgentRun, runAgent } from './tool-loop.ts';
import type { Version } from './version.ts';

/** What a run is given beside the input. */
export interface RunContext {
  readonly model: Model;
  readonly series: string;
  readonly trialNumber: number;
  /** Aborting it ends the run with the signal's reason thrown; nothing is stored. */
  readonly signal: AbortSignal;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** What its trace says beside the run itself; only read where spans are recorded. */
  readonly trace?: RunTrace;
}

/** One version of an agent on trial, wherever it runs: in this process, or in a worker of another checkout. */
export interface AgentPort {
  readonly name: string;
  readonly version: DescribedVersion;
  /**
   * Runs it once.
   * @param input already parsed by the agent's own input schema
   * @throws what an abort gave as its reason, and what the agent's own code throws; every other end is an outcome
   */
  run(input: JsonObject, context: RunContext): Promise<AgentRun>;
}

/** An agent of the Messages API, run by the tool loop in this process. */
export function messagesAgent(agent: Agent, version: Version): AgentPort {
  return { name: agent.name, version: describeVersion(version), run: (input, context) => runAgent({ agent, version, input, ...context }) };
}
