import { join } from 'node:path';
import type { AgentPort } from '../../../agent/agent-port.ts';
import type { Part } from '../../../contracts/attribution.ts';
import type { Factor } from '../../../contracts/factor.ts';
import type { WorkerAgent, WorkerTask } from '../../../workers/worker-agent.ts';
import { docketOf, thisDocket } from '../../docket-copy.ts';
import { workerPort } from '../../worker/worker-port.ts';
import { startWorker } from '../candidate.ts';
import type { GateContext } from '../gate-context.ts';
import { mainsEnvironment, withoutTraces } from '../mains-environment.ts';
import { movedEnvironment } from '../moved-environment.ts';
import { setUp, setUpsOf } from '../set-up/index.ts';
import type { FilesOfParts } from './changed-files-of-parts.ts';
import { mixtureCheckout } from './mixture-checkout.ts';

/** A mixture of files. */
export interface FilesMixture {
  /** Changed parts that are the candidate's. */
  readonly ofCandidate: readonly Part[];
  readonly files: FilesOfParts;
  /** Values of changed parts, whichever side they are from. */
  readonly told: WorkerTask['told'];
  /** Variables that have main's value. */
  readonly ofMain: readonly string[];
}

/** Processes that each run the candidate's agent with some parts of main's. */
export class MixtureWorkers {
  readonly #context: Pick<GateContext, 'config' | 'mainConfig' | 'described' | 'request' | 'base' | 'changed'>;
  readonly #started = new Map<string, Promise<WorkerAgent>>();
  readonly #checkouts: (() => void)[] = [];

  constructor(context: Pick<GateContext, 'config' | 'mainConfig' | 'described' | 'request' | 'base' | 'changed'>) {
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

  /**
   * The same of an agent that answers by itself: main's checkout with the candidate's files of some parts.
   * @throws {DocketError} when it does not start
   */
  async portOfFiles(mixture: FilesMixture): Promise<AgentPort> {
    const key = JSON.stringify(mixture.ofCandidate);
    const worker = this.#started.get(key) ?? this.#startFiles(mixture);
    this.#started.set(key, worker);
    const served = await worker;
    return workerPort(served.version, served);
  }

  async close(): Promise<void> {
    for (const started of await Promise.allSettled(this.#started.values())) if (started.status === 'fulfilled') started.value.close();
    for (const remove of this.#checkouts) remove();
  }

  async #startFiles({ ofCandidate, files, told, ofMain }: FilesMixture): Promise<WorkerAgent> {
    const { request } = this.#context;
    const { root, top, beside, paths, candidatesPackages, remove } = await mixtureCheckout(this.#context, files, ofCandidate);
    this.#checkouts.push(remove);
    const side = candidatesPackages || ofCandidate.includes('rest') ? this.#context.config : this.#context.described;
    const command = side.agent.own?.setup;
    const { base, config } = this.#context;
    const kept = await setUpsOf(config.root, base.commit);
    const { environment, clock, signal } = request;
    if (command) await setUp({ whose: "A mixture's", command, root, top, files: paths, kept, environment, clock, signal });
    const reference = request.candidate === undefined ? {} : { reference: request.candidate };
    const here = environment ?? process.env;
    const moved = { from: config.root, to: top };
    const mains = await mainsEnvironment(here, moved);
    const variables = Object.fromEntries(ofMain.map((name) => [name, mains[name]]));
    const own = withoutTraces({ ...(await movedEnvironment(here, moved)), ...variables }, join(beside, 'pycache'));
    return this.#serve(root, { root, ...reference, ...(told ? { told } : {}) }, own);
  }

  #start(parts: readonly Factor[]): Promise<WorkerAgent> {
    const { config, mainConfig, request } = this.#context;
    const reference = request.candidate === undefined ? {} : { reference: request.candidate };
    // Code that opens files beside where it was started opens those of the side that it is from.
    const directory = parts.includes('tools') ? mainConfig.root : config.root;
    const task = { root: config.root, directory, ...reference, mixture: { root: mainConfig.root, parts: [...parts] } };
    return this.#serve(directory, task);
  }

  /** By the candidate's Docket, whatever else is main's. */
  #serve(directory: string, task: WorkerTask, environment = this.#context.request.environment): Promise<WorkerAgent> {
    const { config, request } = this.#context;
    const asked = { ...request, ...(environment ? { environment } : {}) };
    return startWorker({ title: 'a mixture of both', directory, docket: docketOf(config.root) ?? thisDocket }, task, asked);
  }
}
