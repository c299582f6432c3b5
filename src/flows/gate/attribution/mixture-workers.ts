import type { AgentPort } from '../../../agent/agent-port.ts';
import type { Factor } from '../../../contracts/factor.ts';
import type { WorkerAgent } from '../../../workers/worker-agent.ts';
import { workerPort } from '../../worker/worker-port.ts';
import { startWorker } from '../candidate.ts';
import type { GateContext } from '../gate-context.ts';

/** Processes that each run the candidate's agent with some parts of main's. */
export class MixtureWorkers {
  readonly #context: Pick<GateContext, 'config' | 'mainConfig' | 'request'>;
  readonly #started = new Map<string, Promise<WorkerAgent>>();

  constructor(context: Pick<GateContext, 'config' | 'mainConfig' | 'request'>) {
    this.#context = context;
  }

  /**
   * @param parts those that are main's
   * @throws {DocketError} when parts of both do not go together
   */
  async portOf(parts: readonly Factor[]): Promise<AgentPort> {
    const key = JSON.stringify(parts);
    const worker = this.#started.get(key) ?? this.#start(parts);
    this.#started.set(key, worker);
    const served = await worker;
    return workerPort(served.version, served);
  }

  async close(): Promise<void> {
    for (const started of await Promise.allSettled(this.#started.values())) if (started.status === 'fulfilled') started.value.close();
  }

  #start(parts: readonly Factor[]): Promise<WorkerAgent> {
    const { config, mainConfig, request } = this.#context;
    const reference = request.candidate === undefined ? {} : { reference: request.candidate };
    // Code that opens files beside where it was started opens those of the side that it is from.
    const directory = parts.includes('tools') ? mainConfig.root : config.root;
    const task = { root: config.root, directory, ...reference, mixture: { root: mainConfig.root, parts: [...parts] } };
    return startWorker('a mixture of both', directory, task, request);
  }
}
