import { dirname, resolve } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import type { Shard } from '../../contracts/shard.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { type PostgresAddress, storeVariable } from '../../database/postgres/postgres-address.ts';
import { loadSdk } from '../../model/anthropic.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import { signerFrom, storeSecretVariable, type TrialSigner } from '../../trials/trial-signer.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';
import { findConfig } from '../find-config.ts';
import { loadConfig, missingConfig } from '../load-config.ts';
import { sharedStore } from '../open-trials.ts';
import { clearShardFolder, type ShardEnd } from '../shards/shard-folder.ts';
import { clearVerdict, writeAllReports } from '../write-reports.ts';
import { readReviews } from './approval/read-reviews.ts';
import { placeOfMain } from './base-checkout.ts';
import { type Candidate, type FoundCandidate, findAlone, findCandidate, openCandidate } from './candidate.ts';
import { changedFiles } from './changed-files.ts';
import { errorVerdict, type GateRequest } from './gate-request.ts';
import type { GateSecrets } from './gate-secrets.ts';
import { checkOutMain, loadMain, type Main, type MainCheckout } from './load-main.ts';
import { JudgedByMain, requireMainsDocket, underUnserved } from './mains-docket.ts';
import { type MainsPlace, namingMainsFiles } from './mains-files.ts';

/**
 * Judges whether this checkout's agent got worse than main's, by the schedule "screen, retry, convict", and writes `reports/verdict.json` with
 * everything that renders it. What goes wrong with arguments, configuration or baseline is a verdict too; an older verdict is taken away
 * first, so that it is never read as this one's, however this one ends.
 * Reports that cannot be written are named in the result. Where main has another Docket than this one, that one is to be run, and nothing is judged here.
 * @throws {DocketError} where there is no configuration at all; the signal's reason at an abort
 */
export async function runGate(asked: GateRequest): Promise<(WrittenReports & { readonly verdict: Verdict }) | JudgedByMain> {
  const request = placed(asked);
  const file = findConfig(request.directory);
  const root = file === undefined ? (await loadConfig(request.directory)).root : dirname(file);
  clearVerdict(root);
  const verdict = await judge(request).catch((error: unknown) => {
    if (error instanceof DocketError) return errorVerdict(error, request);
    if (error instanceof JudgedByMain) return error;
    throw error;
  });
  if (verdict instanceof JudgedByMain) return verdict;
  return { verdict, ...(await writeAllReports(root, verdict)) };
}

/**
 * Runs one shard's part of the rounds that a verdict needs at least, and leaves its trials for the gate that judges: `docket merge`, and `docket gate`
 * without a shard. An older verdict is taken away first, and none is written.
 * @throws {DocketError} for what would be an error of the gate; the signal's reason at an abort
 */
export async function runGateShard(asked: GateRequest, shard: Shard): Promise<ShardEnd | JudgedByMain> {
  const request = placed(asked);
  const file = findConfig(request.directory);
  if (file === undefined) throw missingConfig(request.directory);
  clearVerdict(dirname(file));
  clearShardFolder(dirname(file), shard);
  const end = await withSides(request, {
    load: () => import('./shard-of-gate.ts'),
    compare: ({ shardOfGate }, { candidate, main, ...secrets }) => shardOfGate(candidate, main, request, { shard, ...secrets }),
    async without(error) {
      throw error;
    },
  }).catch((error: unknown) => {
    if (error instanceof JudgedByMain) return error;
    throw error;
  });
  return end;
}

/** Where and with which variables it was asked, whatever becomes of this process's own: it leaves its place while main's docket judges. */
function placed(request: GateRequest): GateRequest {
  return { ...request, directory: resolve(request.directory ?? '.'), environment: { ...(request.environment ?? process.env) } };
}

async function judge(request: GateRequest): Promise<Verdict> {
  let place: MainsPlace | undefined;
  const named = (verdict: Verdict) => (place ? namingMainsFiles(verdict, place) : verdict);
  return withSides(request, {
    load: loadVerdict,
    onPlace(found) {
      place = found;
    },
    async compare({ judgeCandidate }, { candidate, main, ...secrets }) {
      return named(underUnserved(await judgeCandidate(candidate, main, request, secrets), candidate));
    },
    async without(error, openAlone) {
      if (error.code !== 'nothing-to-compare') return named(errorVerdict(error, request));
      const candidate = await openAlone();
      const { firstTimeVerdict } = await loadVerdict();
      return named(await firstTimeVerdict(candidate, request, error.message));
    },
  });
}

/** Both sides, and who is believed. */
interface Sides extends GateSecrets {
  readonly candidate: Candidate;
  readonly main: Main;
}

/** What is done with both sides. */
interface WithSides<Judge, Result> {
  /** Loads what judges, before any code of the change runs. */
  load(): Promise<Judge>;
  onPlace?(place: MainsPlace): void;
  compare(judge: Judge, sides: Sides): Promise<Result>;
  /** Where a side does not load, or cannot be compared; the candidate alone may be opened. */
  without(error: DocketError, openAlone: () => Promise<Candidate>): Promise<Result>;
}

/** Loads main, then the candidate, hands both over, and ends their processes. */
async function withSides<Judge, Result>(request: GateRequest, work: WithSides<Judge, Result>): Promise<Result> {
  const environment = request.environment ?? process.env;
  const signer = takeSigner(environment);
  // Before any program of the change runs.
  const reviews = readReviews(environment);
  const workers: WorkerAgent[] = [];
  let found: FoundCandidate | undefined;
  let candidate: Candidate | undefined;
  let leave = () => {};
  try {
    found = await findCandidate(request);
    const shared = takeSharedStore(found, environment);
    const place = await placeOfMain(found.root, found.base.commit);
    work.onPlace?.(place);
    const checkingOut = checkOut(found, request);
    const loading = loadMain(found, { worktree: place.worktree, checkingOut }, request);
    // Processes take longer to start than the rest of the judge to load.
    const judging = loadJudge(request.mode ?? 'live', work.load);
    const opening = openCandidate(request, found, Promise.all([loading, judging]));
    opening.catch(() => {});
    const main = await loading;
    leave = main.leave;
    workers.push(main.mainWorker);
    const judge = await judging;
    // From here on code of the change runs.
    candidate = await opening;
    workers.push(candidate.worker);
    return await work.compare(judge, { candidate, main, signer, reviews, shared });
  } catch (error) {
    leave();
    if (!(error instanceof DocketError)) throw error;
    return await work.without(error, async () => {
      candidate ??= await openCandidate(request, found ?? (await findAlone(request)));
      workers.push(candidate.worker);
      return candidate;
    });
  } finally {
    leave();
    for (const worker of workers) worker.close();
  }
}

/** The secret is out of the environment before the change's own code is loaded, which has no business with it. */
function takeSigner(environment: NodeJS.ProcessEnv): TrialSigner | undefined {
  const signer = signerFrom(environment);
  delete process.env[storeSecretVariable];
  return signer;
}

/** Neither has it with the database, whose password stands there. */
function takeSharedStore(found: FoundCandidate, environment: NodeJS.ProcessEnv): PostgresAddress | undefined {
  const shared = sharedStore(found, environment);
  delete process.env[storeVariable];
  return shared;
}

async function checkOut(found: FoundCandidate, request: GateRequest): Promise<MainCheckout> {
  const changed = await changedFiles(found.root, found.base.commit);
  return requireMainsDocket(await checkOutMain(found, changed, request), changed);
}

/** Modules that are otherwise loaded when they are first needed, which is when the change's own code could have exchanged them. */
async function loadJudge<Judge>(mode: ModelMode, load: () => Promise<Judge>): Promise<Judge> {
  const late = Promise.all([import('../../agent/closure/literal-references.ts'), ...(mode === 'live' ? [loadSdk()] : [])]);
  const judge = await load();
  await late;
  return judge;
}

async function loadVerdict() {
  const { judgeCandidate } = await import('./judge-candidate.ts');
  const { firstTimeVerdict } = await import('./first-time.ts');
  return { judgeCandidate, firstTimeVerdict };
}
