import { dirname } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';
import { findConfig } from '../find-config.ts';
import { loadConfig } from '../load-config.ts';
import type { Suite } from './1-load-suite.ts';
import { checkOutBase } from './base-checkout.ts';
import { type Candidate, configOf, startWorker } from './candidate.ts';
import type { ChangedFiles } from './changed-files.ts';
import type { GateRequest } from './gate-request.ts';
import type { PolicyDecisions } from './rules/compare-code.ts';
import { agentFiles } from './unlisted-changes.ts';

/** What loading a checkout takes. */
export type MainRequest = Pick<GateRequest, 'mode' | 'clock' | 'signal' | 'warn' | 'environment'>;

/** Main's own docket, from a checkout of the merge base: it judges here, and its agent runs in a process of its own. */
export async function loadMain({ config, version, base }: Candidate, changed: ChangedFiles, request: MainRequest) {
  const { packages } = await agentFiles(config, version, request.mode ?? 'live');
  const loads = { packages, docket: config.agent.docket };
  const directory = await checkOutBase(config.root, base.commit, { changed, loads }, request);
  // The search goes upwards and could otherwise end at another configuration.
  const file = findConfig(directory);
  if (file === undefined || dirname(file) !== directory)
    throw new DocketError(`Main (${base.commit.slice(0, 12)}) has no docket.config.ts, so there is no agent to compare with.`);
  const starting = startWorker('main', { root: directory }, request);
  try {
    const [mainConfig, mainWorker] = await Promise.all([loadConfig(directory), starting]);
    if (mainConfig.agent.name !== config.agent.name) {
      throw new DocketError(
        `Main's agent is "${mainConfig.agent.name}", this one "${config.agent.name}". A verdict compares versions of one agent.`,
      );
    }
    return { mainConfig, mainWorker, described: configOf(mainWorker, file) };
  } catch (error) {
    starting.then(
      (worker) => worker.close(),
      () => {},
    );
    throw error;
  }
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
