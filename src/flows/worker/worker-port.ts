import type { AgentPort } from '../../agent/agent-port.ts';
import { replaySpans } from '../../agent/replay-spans.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';

/**
 * An agent that runs in a worker. Its spans are made here from what happened, because a worker has no address to send any to.
 */
export function workerPort(version: DescribedVersion, worker: WorkerAgent): AgentPort {
  const { name, own } = worker.agent;
  return {
    name,
    version,
    async run(input, { model, series, trialNumber, signal, now, trace }) {
      const startedAt = new Date().toISOString();
      const begun = now();
      const end = await worker.run({ input, model, series, trialNumber, signal });
      const traced = { agent: { name, own }, version, input, ...(trace ? { trace } : {}) };
      const span = replaySpans(traced, { ...end, startedAt, durationMs: now() - begun }, { reused: false });
      return span ? { ...end, span } : end;
    },
  };
}
