import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { liesWithin } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';
import type { DescribedConfig } from '../described-config.ts';
import { thisDocket } from '../docket-copy.ts';
import { findConfig } from '../find-config.ts';
import { type LoadedConfig, loadConfig } from '../load-config.ts';
import type { Suite } from './1-load-suite.ts';
import { type BaseCheckout, checkOutBase } from './base-checkout.ts';
import { configOf, type FoundCandidate, startWorker } from './candidate.ts';
import type { ChangedFiles } from './changed-files.ts';
import type { GateRequest } from './gate-request.ts';
import { loadsOf, packageFolders } from './loads-of.ts';
import { mainsEnvironment } from './mains-environment.ts';
import { readyToRun } from './ready-to-run.ts';
import type { PolicyDecisions } from './rules/compare-code.ts';
import { filesOfSettings } from './rules/rule-files.ts';
import { standInMains } from './standing-place.ts';
import { WatchedFiles } from './watched-files.ts';

/** What loading a checkout takes. */
export type MainRequest = Pick<GateRequest, 'mode' | 'clock' | 'signal' | 'warn' | 'environment'>;

/** Main's docket, loaded, and its agent in a worker. */
export interface Main {
  readonly mainConfig: LoadedConfig;
  readonly mainWorker: WorkerAgent;
  /** The same as main's worker tells it. */
  readonly described: DescribedConfig;
  /** Top folder of its checkout. */
  readonly top: string;
  /** What it is all loaded from. */
  readonly watched: WatchedFiles;
  /** Puts this process back to where it stood: main's docket judges from main's folder. */
  readonly leave: () => void;
}

/**
 * Main's own docket, from a checkout of the merge base: it judges here, and its agent runs in a process of its own. To be called before any code of
 * the change runs, which could write where main is loaded from.
 * @param found the configuration that is judged, of which nothing is run
 * @throws {DocketError} when main does not load; what `checkingOut` is rejected with
 */
export async function loadMain(found: FoundCandidate, { worktree, checkingOut }: ComingMain, request: MainRequest): Promise<Main> {
  const { root } = found;
  // It may fail before anybody waits for it.
  checkingOut.catch(() => {});
  const given = request.environment ?? process.env;
  const mains = { ...request, environment: await mainsEnvironment(given, { from: root, to: worktree }) };
  // A process takes longer to start than a checkout to be found.
  const starting = startWorker(
    { title: 'main', directory: root, docket: thisDocket },
    checkingOut.then((checkout) => ({ root: checkout.root })),
    mains,
  );
  starting.catch(() => {});
  const checkout = await checkingOut;
  const leave = standInMains(checkout.root, { given, mains: mains.environment });
  try {
    return { ...(await loadThere(found, { checkout, starting }, mains)), leave };
  } catch (error) {
    leave();
    void starting.then(
      (worker) => worker.close(),
      () => {},
    );
    throw error;
  }
}

/** Main, where its worker is being started. */
interface StartingMain {
  readonly checkout: MainCheckout;
  readonly starting: Promise<WorkerAgent>;
}

async function loadThere(found: FoundCandidate, { checkout, starting }: StartingMain, mains: MainRequest): Promise<Omit<Main, 'leave'>> {
  const { root, base } = found;
  const { file } = checkout;
  let loaded: readonly [LoadedConfig, WorkerAgent, string[]];
  try {
    loaded = await Promise.all([loadConfig(checkout.root), starting, packageFolders(file, checkout.root, mains.mode ?? 'live')]);
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    throw new DocketError(
      `Main (${base.commit.slice(0, 12)}) does not load, so there is nothing to compare with. Fix it in a pull request of its own. ${error.message}`,
      { code: 'nothing-to-compare', cause: error },
    );
  }
  const [mainConfig, started, packages] = loaded;
  const foreign = filesOfSettings(mainConfig.agent.scorers).find(
    (place) => liesWithin(place, realpathSync(root)) && !liesWithin(place, checkout.worktree),
  );
  if (foreign !== undefined) {
    throw new DocketError(
      `A scorer of main names ${foreign}, a file of the change, because its address does not go by where the scorer is. Write it relative to the file that makes the scorer (new URL('…', import.meta.url).href), in a pull request that leaves the agent alone.`,
    );
  }
  const ready = await readyToRun({ found, checkout }, mainConfig, mains);
  let mainWorker = started;
  if (ready === 'set up') {
    // What it loaded so far is not what its own packages are.
    started.close();
    mainWorker = await startWorker({ title: 'main', directory: checkout.root, docket: thisDocket }, { root: checkout.root }, mains);
  }
  const watched = new WatchedFiles({ checkout, packages });
  return { mainConfig, mainWorker, described: configOf(mainWorker, file), top: checkout.worktree, watched };
}

/** Main, before it is there. */
export interface ComingMain {
  /** Where it is or will be checked out. */
  readonly worktree: string;
  /** As checkOutMain makes it. */
  readonly checkingOut: Promise<MainCheckout>;
}

/** Main's checkout, with its configuration. */
export interface MainCheckout extends BaseCheckout {
  readonly file: string;
}

/**
 * @param found the configuration that is judged, of which nothing is run
 * @throws {DocketError} when main cannot be checked out, or has no configuration there
 */
export async function checkOutMain(
  { root, file: own, base }: FoundCandidate,
  changed: ChangedFiles,
  request: MainRequest,
): Promise<MainCheckout> {
  const checkout = await checkOutBase(root, base.commit, { changed, loads: await loadsOf(own, root, request.mode ?? 'live') }, request);
  const file = findConfig(checkout.root);
  // The search goes upwards and could otherwise end at another configuration.
  if (file !== undefined && dirname(file) === checkout.root) return { ...checkout, file };
  throw new DocketError(
    `Main (${base.commit.slice(0, 12)}) has no docket.config.ts, so there is no agent to compare with. Have a person review the configuration, the cases and the agent, and merge them as they are; later changes of the agent are judged by them.`,
    { code: 'nothing-to-compare' },
  );
}

/** @throws {DocketError} when the two are not versions of one agent */
export function requireSameAgent({ mainConfig }: Pick<Main, 'mainConfig'>, { agent }: DescribedConfig): void {
  if (mainConfig.agent.name === agent.name) return;
  throw new DocketError(
    `Main's agent is "${mainConfig.agent.name}", this one "${agent.name}". A verdict compares versions of one agent: rename it in a pull request of its own, and accept a baseline under the new name.`,
    { code: 'nothing-to-compare' },
  );
}

/** What both policies say of main's cases; only where the candidate takes their input. */
export async function policyDecisions(
  candidate: WorkerAgent,
  main: WorkerAgent,
  { before, candidateInputs }: Suite,
): Promise<PolicyDecisions[]> {
  const known = [...before.values()].flatMap((loaded) => {
    const taken = candidateInputs.get(loaded.case.id);
    return taken ? [{ caseId: loaded.case.id, main: loaded.input, candidate: taken.input }] : [];
  });
  const [here, there] = await Promise.all([
    candidate.decide(known.map((inputs) => inputs.candidate)),
    main.decide(known.map((inputs) => inputs.main)),
  ]);
  return known.map(({ caseId }, index) => ({ caseId, main: there[index] ?? null, candidate: here[index] ?? null }));
}
