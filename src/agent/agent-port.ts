import type { DescribedVersion } from '../contracts/described-agent.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { AgentRun, RunContext } from './agent-run.ts';
import type { Agent } from './define-agent.ts';
import { describeVersion } from './describe-agent.ts';
import { runAgent } from './tool-loop.ts';
import type { Version } from './version.ts';

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

/** One version of an agent in this process, of whatever kind it is. */
export function agentPort(agent: Agent, version: Version): AgentPort {
  const { own } = agent;
  if (!own) return messagesAgent(agent, version);
  return { name: agent.name, version: describeVersion(version), run: (input, context) => own.run(version, input, context) };
}

/** A version as plain data, with who answers for it where that is a server. */
export async function describeServed(agent: Agent, version: Version): Promise<DescribedVersion> {
  const served = await agent.own?.served?.(version);
  return { ...describeVersion(version), ...(served ? { served } : {}) };
}

/** An agent of the Messages API, run by the tool loop in this process. */
function messagesAgent(agent: Agent, version: Version): AgentPort {
  return { name: agent.name, version: describeVersion(version), run: (input, context) => runAgent({ agent, version, input, ...context }) };
}
