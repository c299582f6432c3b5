import { join } from 'node:path';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import type { Clock } from '../../contracts/clock.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { DescribedConfig } from '../described-config.ts';
import { findConfig } from '../find-config.ts';
import { cacheFolder, checkOutBase } from '../gate/base-checkout.ts';
import { configOf, startWorker } from '../gate/candidate.ts';
import { changedFiles } from '../gate/changed-files.ts';
import { loadsOf } from '../gate/loads-of.ts';
import { withoutTraces } from '../gate/mains-environment.ts';
import { movedEnvironment } from '../gate/moved-environment.ts';
import { filesOfCommit, setUp, setUpsOf } from '../gate/set-up/index.ts';
import { tryGit } from '../git.ts';
import { identified, type PreparedVersion, type Session } from '../session.ts';
import { workerPort } from '../worker/worker-port.ts';

/** A version of another checkout, which runs in a process of its own. */
export interface OpenedVersion {
  readonly prepared: PreparedVersion;
  readonly config: DescribedConfig;
  /** A case's input as this version's agent takes it. */
  inputOf(loaded: LoadedCase): Pick<LoadedCase, 'input' | 'fingerprint'>;
}

export interface VersionPlace {
  readonly commit: string;
  /** The version's name there. */
  readonly reference: string;
  /** For messages: "v4 without P0-1". */
  readonly title: string;
  /** True for a commit that no branch holds, whose checkout is of no use to anybody afterwards. */
  readonly passing?: boolean;
}

interface Opening {
  readonly session: Session;
  readonly cases: readonly LoadedCase[];
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
}

/** Checks commits out and starts the agents there. It is this checkout's docket that judges them. */
export class Versions {
  readonly #opening: Opening;
  readonly #workers: WorkerAgent[] = [];

  constructor(opening: Opening) {
    this.#opening = opening;
  }

  /** @throws {DocketError} when the commit cannot be checked out, or its agent does not load or does not take a case's input */
  async open({ commit, reference, title, passing = false }: VersionPlace): Promise<OpenedVersion> {
    const { session, cases, environment, clock, signal, warn } = this.#opening;
    const { root, file, agent } = session.config;
    const loads = await loadsOf(file, root, session.mode);
    const checkout = await checkOutBase(root, commit, { changed: await changedFiles(root, commit), loads }, { clock, signal, warn });
    if (passing) this.#passing.push(checkout.worktree);
    const command = agent.own?.setup;
    if (command) {
      const [files, kept] = [await filesOfCommit(checkout.repository, commit), await setUpsOf(checkout.root, commit)];
      await setUp({ whose: `${title}'s`, command, root: checkout.root, top: checkout.worktree, files, kept, environment, clock, signal });
    }
    const moved = await movedEnvironment(environment, { from: root, to: checkout.worktree });
    const own = withoutTraces(moved, join(cacheFolder(), 'docket', 'pycache'));
    const worker = await startWorker(
      { title, directory: checkout.root },
      { root: checkout.root, reference },
      { environment: own, signal, warn },
    );
    this.#workers.push(worker);
    const found = findConfig(checkout.root);
    if (found === undefined) throw new DocketError(`${title} has no docket.config.ts.`);
    const config = configOf(worker, found);
    const prepared: PreparedVersion = {
      version: worker.version,
      port: workerPort(worker.version, worker),
      ...(await identified(config.agent, worker.version, session.modelFingerprint)),
    };
    const inputs = await inputsOf(worker, cases, title);
    return { prepared, config, inputOf: (loaded) => inputs.get(loaded.case.id) ?? loaded };
  }

  readonly #passing: string[] = [];

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.close();
    for (const worktree of this.#passing) await tryGit(this.#opening.session.config.root, 'worktree', 'remove', '--force', worktree);
  }
}

async function inputsOf(worker: WorkerAgent, cases: readonly LoadedCase[], title: string) {
  const all = cases.flatMap((loaded) => [loaded, ...(loaded.family?.twins ?? [])]);
  const parsed = await worker.parse(all.map((loaded) => loaded.case.input));
  return new Map(
    all.map((loaded, index) => {
      const end = parsed[index];
      if (end && 'input' in end) return [loaded.case.id, { input: end.input, fingerprint: fingerprintInput(end.input) }] as const;
      throw new DocketError(
        `${title} does not take the input of the case ${loaded.case.id} (${end?.issue ?? 'no answer'}), so it cannot be tried on it.`,
      );
    }),
  );
}
