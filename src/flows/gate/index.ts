import { dirname } from 'node:path';
import { decidedBy } from '../../agent/decided-by.ts';
import { resolveVersion } from '../../agent/version.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { rankedNotices } from '../../contracts/notice.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { checkBaseline } from '../../gate/baseline-file.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { GateOptions } from '../../gate/gate-options.ts';
import { asksForLive } from '../../model/credentials.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import { signerFrom, storeSecretVariable, type TrialSigner } from '../../trials/trial-signer.ts';
import { openTrialStore, type TrialStore } from '../../trials/trial-store.ts';
import { describeConfig } from '../describe-config.ts';
import { findConfig } from '../find-config.ts';
import { SpendingTally } from '../judging/spending.ts';
import { type LoadedConfig, loadConfig } from '../load-config.ts';
import { openSession, type PreparedVersion, prepareVersion } from '../session.ts';
import { clearVerdict, writeAllReports } from '../write-reports.ts';
import { inputFor, loadSuite } from './1-load-suite.ts';
import { missingBaseline, useBaseline } from './2-load-baseline.ts';
import type { GateArm } from './3-run-rounds.ts';
import { checkOutBase } from './base-checkout.ts';
import type { LoadedByAgent } from './base-dependencies.ts';
import { baselineFile, readBaseline } from './baseline-store.ts';
import { changedFiles } from './changed-files.ts';
import { decisionNotices } from './decision-change.ts';
import { gateCost } from './gate-cost.ts';
import { errorVerdict, type GateContext, type GateRequest } from './gate-request.ts';
import { scorerHash } from './hashes.ts';
import { judgeSuite } from './judge-suite.ts';
import type { Arm } from './ledger.ts';
import { loadCandidate } from './load-candidate.ts';
import { replaySuite } from './replay-suite.ts';
import { requirePrices } from './require-prices.ts';
import { compareRules } from './rules/index.ts';
import { judgedByMain } from './rules/judged-by-main.ts';
import { underRules } from './rules/under-rules.ts';
import { runNewCases } from './run-new-cases.ts';
import { runnerNotices } from './runner-notices.ts';
import { agentFiles, unlistedChanges, withUnlisted } from './unlisted-changes.ts';
import { notEvaluatedVerdict, unchangedVerdict } from './untried-verdict.ts';
import { verdictOf } from './verdict-of.ts';
import { vouchForStore } from './vouch-for-store.ts';
import { isUnchanged, whatChanged } from './what-changed.ts';

/**
 * Judges whether this checkout's agent got worse than main's, by the schedule "screen, retry, convict", and writes `reports/verdict.json` with
 * everything that renders it. What goes wrong with arguments, configuration or baseline is a verdict too; an older verdict is taken away
 * first, so that it is never read as this one's, however this one ends.
 * Reports that cannot be written are named in the result.
 * @throws {DocketError} where there is no configuration at all; the signal's reason at an abort
 */
export async function runGate(request: GateRequest): Promise<WrittenReports & { readonly verdict: Verdict }> {
  const file = findConfig(request.directory);
  const root = file === undefined ? (await loadConfig(request.directory)).root : dirname(file);
  clearVerdict(root);
  const verdict = await judge(request).catch((error: unknown) => {
    if (error instanceof DocketError) return errorVerdict(error, request);
    throw error;
  });
  return { verdict, ...writeAllReports(root, verdict) };
}

async function judge(request: GateRequest): Promise<Verdict> {
  const signer = takeSigner(request.environment ?? process.env);
  const context = await loadContext(request, signer !== undefined);
  const { config, mode, candidate, suite } = context;
  const keyless = mode === 'live' && !asksForLive(context.environment);
  const { rules } = context;
  if (isUnchanged(context)) {
    if (suite.added.size === 0) {
      const replay = keyless ? await replaySuite(config, suite, candidate.identity.name, request) : undefined;
      if (replay?.kind === 'missing') return underRules(notEvaluatedVerdict(context, replay.reason), rules);
      return underRules(unchangedVerdict(context, replay !== undefined), rules);
    }
    if (keyless) {
      const reason = 'The agent is the same; there are new cases but no key to run them with. A maintainer must run the gate: docket gate.';
      return underRules(notEvaluatedVerdict(context, reason), rules);
    }
  } else if (keyless) {
    const reason = `${whatChanged(context)}, and there is no key to run it with. A maintainer must run the gate: docket gate.`;
    return underRules(notEvaluatedVerdict(context, reason), rules);
  }
  const store = openTrialStore(config.store, { signed: signer && { signer, only: true }, onDamage: request.warn });
  try {
    const verdict = await (isUnchanged(context) ? tryNewCases : judgeChange)(context, store);
    return withRefusedTrials(verdict, store.refusedTrials());
  } finally {
    store.close();
  }
}

/** The secret is out of the environment before the change's own code is loaded, which has no business with it. */
function takeSigner(environment: NodeJS.ProcessEnv): TrialSigner | undefined {
  const signer = signerFrom(environment);
  delete process.env[storeSecretVariable];
  return signer;
}

function withRefusedTrials(verdict: Verdict, refused: number): Verdict {
  if (refused === 0) return verdict;
  const message = `${refused === 1 ? 'One stored trial was' : `${refused} stored trials were`} not signed with this store's secret, so ${refused === 1 ? 'it was' : 'they were'} not used; where the verdict needed ${refused === 1 ? 'it' : 'them'}, the run was repeated.`;
  return { ...verdict, notices: rankedNotices([...verdict.notices, { kind: 'unsigned-trials', message }]) };
}

/** The first two stages: everything that is known before a trial is run. */
async function loadContext(request: GateRequest, signed: boolean): Promise<GateContext> {
  const { config, base } = await loadCandidate(request);
  // Also when no trial will be asked for: once merged, such a store would be everybody's.
  await vouchForStore(config, base.commit, signed);
  const reference = request.candidate ?? config.current;
  const loads = await agentFiles(config, resolveVersion(config.agent, reference), request.mode ?? 'live');
  const changed = await changedFiles(config.root, base.commit);
  const mainConfig = await loadMain(config, { base, changed }, request, { packages: loads.packages, docket: config.agent.docket });
  const baseline = readBaseline(mainConfig.root);
  if (!baseline) throw missingBaseline(mainConfig.root, base.commit);
  const mode = request.mode ?? baseline.mode;
  const suite = loadSuite(config, mainConfig);
  // Also when nothing changed: a baseline that cannot be used must not wait for the pull request that needs it.
  checkBaseline(baseline, { agent: config.agent.name, mode, caseIds: suite.present }, baselineFile(mainConfig.root));
  const gate = createGate(config.gate as GateOptions);
  const environment = loadEnvironment(config.root, request.environment ?? process.env, request.warn);
  const version = await prepareVersion(config, reference, mode, environment);
  const main = await prepareVersion(mainConfig, mainConfig.current, mode, environment);
  const files = await agentFiles(config, version.version, mode);
  const sameFingerprint = version.identity.fingerprint === main.identity.fingerprint;
  const unlisted = await unlistedChanges({
    candidate: config,
    files,
    commit: base.commit,
    changed,
    sameFingerprint,
    rules: mainConfig,
  });
  const candidate = withUnlisted(version, unlisted);
  if (request.budget?.kind === 'dollars') requirePrices([candidate.version, main.version]);
  const rules = await compareRules({
    config: describeConfig(config),
    mainConfig: describeConfig(mainConfig),
    changed,
    baseline,
    mode,
    suite,
    candidate,
    main,
    unlisted,
    policies: [...suite.before.values()].map(({ case: { id }, input }) => ({
      caseId: id,
      main: decidedBy(mainConfig.agent, input),
      candidate: decidedBy(config.agent, input),
    })),
  });
  return { request, config, mainConfig, base, baseline, mode, environment, suite, gate, candidate, main, rules, unlisted, changed };
}

/** Main's own agent, from a checkout of the merge-base. */
async function loadMain(
  config: LoadedConfig,
  { base, changed }: Pick<GateContext, 'base' | 'changed'>,
  request: GateRequest,
  loads: LoadedByAgent,
): Promise<LoadedConfig> {
  const directory = await checkOutBase(config.root, base.commit, { changed, loads }, request);
  const main = await loadConfig(directory);
  // The search goes upwards and would otherwise end at the candidate's own configuration.
  if (main.root !== directory)
    throw new DocketError(`Main (${base.commit.slice(0, 12)}) has no docket.config.ts, so there is no agent to compare with.`);
  if (main.agent.name !== config.agent.name) {
    throw new DocketError(
      `Main's agent is "${main.agent.name}", this one "${config.agent.name}". A verdict compares versions of one agent.`,
    );
  }
  return main;
}

/** The agent is main's: only the cases that main does not have are run. */
async function tryNewCases(context: GateContext, store: TrialStore): Promise<Verdict> {
  const arms = await openArms(context, store);
  const spending = new SpendingTally();
  try {
    context.request.onStart?.(context, gateCost(context, store, context.suite.added.size));
    const { ledgers, stopped } = await runNewCases(context, arms.candidate, spending);
    if (!stopped) return underRules(unchangedVerdict(context, false, { ledgers, spending }), context.rules);
    const { reason, because } = stopped;
    const end =
      stopped.kind === 'budget'
        ? ({ kind: 'out-of-dollars', reason } as const)
        : ({ kind: 'incomplete', reason, ...(because ? { because } : {}) } as const);
    return underRules(
      verdictOf(context, { end: { ...end, spent: { trials: 0, dollars: 0 } }, ledgers, notices: [], spending }),
      context.rules,
    );
  } finally {
    for (const { session } of [arms.baseline, arms.candidate]) await session.close();
  }
}

/** The third stage on: rounds until there is a verdict, then its cause. */
async function judgeChange(context: GateContext, store: TrialStore): Promise<Verdict> {
  const { config, suite, baseline, main } = context;
  const used = useBaseline({
    baseline,
    main,
    cases: suite.cases,
    scorerHash: await scorerHash(config),
    judge: config.agent,
    store,
  });
  const stored = {
    ...used,
    notices: [...runnerNotices(context), ...decisionNotices(main, context.candidate, suite.cases), ...used.notices],
  };
  const arms = await openArms(context, store);
  try {
    context.request.onStart?.(context, gateCost(context, store, suite.cases.length));
    const { verdict, ledgers } = await judgeSuite(context, arms, stored);
    return underRules(verdict, context.rules, judgedByMain(context, ledgers));
  } finally {
    // However it ends, what was run until then is traced. Only the session that was opened first records.
    for (const { session } of [arms.baseline, arms.candidate]) await session.close();
  }
}

async function openArms(context: GateContext, store: TrialStore): Promise<Record<Arm, GateArm>> {
  const { request, config, mainConfig, mode, baseline, candidate, main } = context;
  const open = (of: LoadedConfig) =>
    openSession({
      config: of,
      mode,
      store,
      warn: request.warn,
      clock: request.clock,
      // Keys and recordings are this checkout's.
      variablesOf: config.root,
      ...(request.environment ? { environment: request.environment } : {}),
    });
  const arm = async (of: LoadedConfig, prepared: PreparedVersion, series: string): Promise<GateArm> => ({
    session: await open(of),
    prepared,
    series,
    inputOf: (loaded) => inputFor(of, loaded),
  });
  return {
    candidate: await arm(config, candidate, `candidate-${baseline.epoch}`),
    // Fresh runs of main belong to one candidate, so that two pull requests do not share their luck.
    baseline: await arm(mainConfig, main, `fresh-${baseline.epoch}-${candidate.identity.fingerprint.slice(0, 16)}`),
  };
}
