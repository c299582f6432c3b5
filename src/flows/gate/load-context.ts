import { existsSync, realpathSync } from 'node:fs';
import type { ModelFingerprint } from '../../agent/fingerprint.ts';
import { checkBaseline } from '../../gate/baseline-file.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { GateOptions } from '../../gate/gate-options.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { modelFingerprintOf } from '../model-fingerprint.ts';
import { identified, type PreparedVersion } from '../session.ts';
import { workerPort } from '../worker/worker-port.ts';
import { loadSuite } from './1-load-suite.ts';
import { decideApproval } from './approval/decide-approval.ts';
import { baselineFile, readBaseline } from './baseline-store.ts';
import type { Candidate } from './candidate.ts';
import { type ChangedFiles, changedFiles, pathBelow } from './changed-files.ts';
import type { GateContext } from './gate-context.ts';
import type { GateRequest } from './gate-request.ts';
import type { GateSecrets } from './gate-secrets.ts';
import { RunShelves } from './kept-runs.ts';
import { type Main, policyDecisions, requireSameAgent } from './load-main.ts';
import { noBaseline } from './no-baseline.ts';
import { requirePrices } from './require-prices.ts';
import { compareRules } from './rules/index.ts';
import { storeOf } from './store-place.ts';
import { requireOwnFiles } from './told-files.ts';
import { agentFiles, unlistedChanges, withUnlisted } from './unlisted-changes.ts';
import { unsignedShared, vouchForStore } from './vouch-for-store.ts';
import { readWaivers } from './waiver-store.ts';

/** The first two stages: everything that is known before a trial is run. */
export async function loadContext(
  opened: Candidate,
  { mainConfig, mainWorker, described, top }: Main,
  request: GateRequest,
  { signed, reviews, shared }: { readonly signed: boolean } & Pick<GateSecrets, 'reviews' | 'shared'>,
): Promise<GateContext> {
  const { worker, base } = opened;
  const { root } = opened.config;
  requireSameAgent({ mainConfig }, opened.config);
  // Asked now: a configuration may write files while it is loaded.
  const changed = await changedFiles(root, base.commit);
  requireOwnFiles({ ...opened, top: changed.top }, { config: described, version: mainWorker.version, top });
  // Also when no trial will be asked for: once merged, such a store would be everybody's.
  await vouchForStore({ root, store: storeOf(mainConfig, root) }, base.commit, signed || shared !== undefined);
  if (shared && !signed) throw unsignedShared(shared);
  const environment = loadEnvironment(root, request.environment ?? process.env, request.warn);
  const baseline = readBaseline(mainConfig.root) ?? noBaseline(described, environment);
  const mode = request.mode ?? baseline.mode;
  const suite = await loadSuite(
    worker,
    { root, cases: opened.config.cases, casesChanged: differsIn(opened.config.cases, changed) },
    mainConfig,
    request.signal,
  );
  // Also when nothing changed: a baseline that cannot be used must not wait for the pull request that needs it.
  checkBaseline(baseline, { agent: mainConfig.agent.name, mode, caseIds: suite.present }, baselineFile(mainConfig.root));
  const gate = createGate(mainConfig.gate as GateOptions);
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
    environment,
  });
  const candidate = withUnlisted(version, unlisted);
  if (request.budget?.kind === 'dollars') requirePrices(mainConfig.prices, [candidate.version, main.version]);
  const compared = await compareRules({
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
  const { proposed } = compared;
  const { approval: setting } = mainConfig;
  const approval =
    proposed && (await decideApproval({ candidate: opened, mode, request, proposed, setting, reviews, named: request.approval }));
  // An approved waiver takes effect at once.
  const waivers = approval && approval.approvedBy.length > 0 ? [...suite.waivers, ...readWaivers(root)] : suite.waivers;
  return {
    request,
    config,
    mainConfig,
    described,
    base,
    baseline,
    mode,
    environment,
    suite: { ...suite, waivers },
    gate,
    candidate,
    main,
    rules: { ...compared, approval },
    unlisted,
    changed,
    shelves: new RunShelves(storeOf(mainConfig, root)),
  };
}

/** True when git says that something in a folder is not as on main. */
function differsIn(folder: string, { top, paths }: ChangedFiles): boolean {
  const path = pathBelow(top, existsSync(folder) ? realpathSync(folder) : folder);
  return path === undefined || paths.some((each) => each === path || each.startsWith(`${path}/`));
}

async function prepared(
  { worker, config, version }: Pick<Candidate, 'worker' | 'config' | 'version'>,
  model: ModelFingerprint,
): Promise<PreparedVersion> {
  return {
    ...(await identified(config.agent, version, model)),
    version,
    port: workerPort(version, worker),
  };
}
