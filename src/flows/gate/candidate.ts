import { dirname } from 'node:path';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { WorkerAgent, type WorkerOptions } from '../../workers/worker-agent.ts';
import type { DescribedConfig } from '../described-config.ts';
import { type DocketCopy, docketOf, isThisDocket, thisDocket } from '../docket-copy.ts';
import { findConfig } from '../find-config.ts';
import { findMergeBase, type MergeBase, tryGit } from '../git.ts';
import { missingConfig } from '../load-config.ts';
import { workerCommand } from '../worker/worker-command.ts';
import { refuseForeignLinks } from './foreign-links.ts';
import type { GateRequest } from './gate-request.ts';

/** The agent of this checkout, which is judged: a process that runs it, and what it says of itself. */
export interface Candidate {
  readonly worker: WorkerAgent;
  readonly config: DescribedConfig;
  readonly version: DescribedVersion;
  /** Where it left main. */
  readonly base: MergeBase;
  /** Its own copy of Docket, where that does not serve this judge, so that the judge's runs it. */
  readonly unserved?: { readonly docket: DocketCopy; readonly why: string };
}

/** The configuration that is judged, before any of its code ran. */
export interface FoundCandidate extends Pick<Candidate, 'base'> {
  readonly root: string;
  readonly file: string;
}

type CandidateRequest = Pick<GateRequest, 'candidate' | 'directory' | 'against' | 'environment' | 'signal' | 'warn'>;

/**
 * Finds this checkout's agent, and looks where its links lead: loading a configuration runs code that reads files. Nothing of it is loaded here.
 * @throws {DocketError} as findMergeBase and refuseForeignLinks do; when there is no configuration
 */
export async function findCandidate(request: CandidateRequest): Promise<FoundCandidate> {
  const file = findConfig(request.directory);
  if (file === undefined) throw missingConfig(request.directory);
  const root = dirname(file);
  const base = await findMergeBase(root, request.against);
  await refuseForeignLinks(root, base.commit);
  return { root, file, base };
}

/** The same where no commit of main is known: then no link counts as main's. */
export async function findAlone(request: CandidateRequest): Promise<FoundCandidate> {
  const file = findConfig(request.directory);
  if (file === undefined) throw missingConfig(request.directory);
  const root = dirname(file);
  await refuseForeignLinks(root, undefined);
  return { root, file, base: { ref: 'HEAD', commit: (await tryGit(root, 'rev-parse', 'HEAD')) ?? '' } };
}

/**
 * Starts it in a worker, which loads nothing of it before `after` is fulfilled.
 * @throws {DocketError} when it does not load; what `after` is rejected with
 */
export async function openCandidate(
  request: CandidateRequest,
  { root, file, base }: FoundCandidate,
  after: Promise<unknown> = Promise.resolve(),
): Promise<Candidate> {
  const task = { root, ...(request.candidate ? { reference: request.candidate } : {}) };
  const serve = (docket: DocketCopy) =>
    startWorker(
      { title: 'the candidate', directory: root, docket },
      after.then(() => task),
      request,
    );
  const own = docketOf(root) ?? thisDocket;
  // Another copy of Docket is code of the change already.
  if (!isThisDocket(own)) await after;
  const served = isThisDocket(own) ? undefined : await serve(own).catch(refusalOf);
  const worker = served instanceof WorkerAgent ? served : await serve(thisDocket);
  return {
    worker,
    config: configOf(worker, file),
    version: worker.version,
    base,
    ...(served instanceof DocketError ? { unserved: { docket: own, why: served.message } } : {}),
  };
}

function refusalOf(error: unknown): DocketError {
  if (error instanceof DocketError) return error;
  throw error;
}

/** A checkout's configuration as its worker tells it. Where it lies is known here. */
export function configOf({ agent, settings }: WorkerAgent, file: string): DescribedConfig {
  const root = dirname(file);
  return { ...(settings as unknown as Omit<DescribedConfig, 'agent'>), root, file, agent: { ...agent, root } };
}

/** A worker to be started. */
interface NewWorker {
  /** For messages. */
  readonly title: string;
  /** A folder that is there already, whose `.env` holds secrets that it must not tell. */
  readonly directory: string;
  /** The copy of Docket that runs the agent there; the one that code in `directory` gets when not given. */
  readonly docket?: DocketCopy;
}

/** Starts a worker. */
export function startWorker(
  { title, directory, docket = docketOf(directory) }: NewWorker,
  task: WorkerOptions['task'],
  { environment = process.env, signal, warn }: Pick<GateRequest, 'environment' | 'signal' | 'warn'>,
): Promise<WorkerAgent> {
  return WorkerAgent.start({
    title,
    command: workerCommand(directory, environment, docket),
    task,
    onOutput: (line) => warn(`${title}: ${line}`),
    signal,
  });
}
