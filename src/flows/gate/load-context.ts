import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ModelFingerprint } from '../../agent/fingerprint.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { checkBaseline } from '../../gate/baseline-file.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { GateOptions } from '../../gate/gate-options.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';
import { findConfig } from '../find-config.ts';
import { loadConfig } from '../load-config.ts';
import { modelFingerprintOf } from '../model-fingerprint.ts';
import { identified, type PreparedVersion } from '../session.ts';
import { workerPort } from '../worker/worker-port.ts';
import { loadSuite, type Suite } from './1-load-suite.ts';
import { missingBaseline } from './2-load-baseline.ts';
import { checkOutBase } from './base-checkout.ts';
import { baselineFile, readBaseline } from './baseline-store.ts';
import { type Candidate, configOf, startWorker } from './candidate.ts';
import { type ChangedFiles, changedFiles, pathBelow } from './changed-files.ts';
import type { GateContext, GateRequest } from './gate-request.ts';
import { requirePrices } from './require-prices.ts';
import type { PolicyDecisions } from './rules/compare-code.ts';
import { compareRules } from './rules/index.ts';
import { storeOf } from './store-place.ts';
import { agentFiles, unlistedChanges, withUnlisted } from './unlisted-changes.ts';
import { vouchForStore } from './vouch-for-store.ts';

/** The first two stages: everything that is known before a trial is run. */
export async function loadContext(
  opened: Candidate,
  request: GateRequest,
  { signed, workers }: { readonly signed: boolean; readonly workers: WorkerAgent[] },
): Promise<GateContext> {
  const { worker, base } = opened;
  const { root } = opened.config;
  const changed = await changedFiles(root, base.commit);
  const { mainConfig, mainWorker, described } = await loadMain(opened, changed, request);
  workers.push(mainWorker);
  // Also when no trial will be asked for: once merged, such a store would be everybody's.
  await vouchForStore({ root, store: storeOf(mainConfig, root) }, base.commit, signed);
  const baseline = readBaseline(mainConfig.root);
  if (!baseline) throw missingBaseline(base.commit);
  const mode = request.mode ?? baseline.mode;
  const suite = await loadSuite(worker, { root, casesChanged: differsIn(opened.config.cases, changed) }, mainConfig);
  // Also when nothing changed: a baseline that cannot be used must not wait for the pull request that needs it.
  checkBaseline(baseline, { agent: mainConfig.agent.name, mode, caseIds: suite.present }, baselineFile(mainConfig.root));
  const gate = createGate(mainConfig.gate as GateOptions);
  const environment = loadEnvironment(root, request.environment ?? process.env, request.warn);
  const modelFingerprint = modelFingerprintOf(mode, mainConfig.simulation, environment);
  const main = await prepared({ worker: mainWorker, config: described, version: mainWorker.version }, modelFingerprint);
  // Main's simulated model answers both sides: it is a rule, and no part of what is judged.
  const agent = { ...opened.config.agent, simulator: described.agent.simulator };
  const version = await prepared({ ...opened, config: { ...opened.config, agent } }, modelFingerprint);
  const unlisted = await unlistedChanges({
    candidate: opened.config,
    files: await agentFiles(opened.config, version.version, mode),
    commit: base.commit,
    changed,
    sameFingerprint: version.identity.fingerprint === main.identity.fingerprint,
    rules: described,
  });
  const candidate = withUnlisted(version, unlisted);
  if (request.budget?.kind === 'dollars') requirePrices([candidate.version, main.version]);
  const rules = await compareRules({
    config: opened.config,
    mainConfig: described,
    changed,
    baseline,
    mode,
    suite,
    candidate,
    main,
    unlisted,
    policies: await policyDecisions(worker, mainWorker, suite),
  });
  const { config } = opened;
  return {
    request,
    config,
    mainConfig,
    described,
    base,
    baseline,
    mode,
    environment,
    suite,
    gate,
    candidate,
    main,
    rules,
    unlisted,
    changed,
  };
}

/** True when git says that something in a folder is not as on main. */
function differsIn(folder: string, { top, paths }: ChangedFiles): boolean {
  const path = pathBelow(top, existsSync(folder) ? realpathSync(folder) : folder);
  return path === undefined || paths.some((each) => each === path || each.startsWith(`${path}/`));
}

/** Main's own docket, from a checkout of the merge base: it judges here, and its agent runs in a process of its own. */
async function loadMain({ config, version, base }: Candidate, changed: ChangedFiles, request: GateRequest) {
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

async function prepared(
  { worker, config, version }: Pick<Candidate, 'worker' | 'config' | 'version'>,
  model: ModelFingerprint,
): Promise<PreparedVersion> {
  return {
    ...(await identified(config.agent, version, model)),
    version,
    port: workerPort(config.agent.name, version, worker),
  };
}

/** What both policies say of main's cases; only where the candidate takes their input. */
async function policyDecisions(candidate: WorkerAgent, main: WorkerAgent, { before, candidateInputs }: Suite): Promise<PolicyDecisions[]> {
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
