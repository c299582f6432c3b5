import { dirname } from 'node:path';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import { WorkerAgent, type WorkerOptions } from '../../workers/worker-agent.ts';
import type { DescribedConfig } from '../described-config.ts';
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
  const worker = await startWorker(
    'the candidate',
    root,
    after.then(() => task),
    request,
  );
  return { worker, config: configOf(worker, file), version: worker.version, base };
}

/** A checkout's configuration as its worker tells it. Where it lies is known here. */
export function configOf({ agent, settings }: WorkerAgent, file: string): DescribedConfig {
  const root = dirname(file);
  return { ...(settings as unknown as Omit<DescribedConfig, 'agent'>), root, file, agent: { ...agent, root } };
}

/**
 * Starts a worker.
 * @param directory a folder that is there already, whose `.env` holds secrets that it must not tell
 */
export function startWorker(
  title: string,
  directory: string,
  task: WorkerOptions['task'],
  { environment = process.env, signal, warn }: Pick<GateRequest, 'environment' | 'signal' | 'warn'>,
): Promise<WorkerAgent> {
  return WorkerAgent.start({
    title,
    command: workerCommand(directory, environment),
    task,
    onOutput: (line) => warn(`${title}: ${line}`),
    signal,
  });
}
