import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { rankedNotices } from '../../contracts/notice.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { type EditionRecord, earlierAccusations } from '../../gate/edition-record.ts';
import { asksForLive } from '../../model/credentials.ts';
import { listed } from '../../text/figures.ts';
import type { TrialSigner } from '../../trials/trial-signer.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { withBoundedScorers } from '../judging/bounded-scorers.ts';
import type { OnScore } from '../judging/score-cache.ts';
import type { Scoring } from '../judging/scoring.ts';
import { SpendingTally } from '../judging/spending.ts';
import type { LoadedConfig } from '../load-config.ts';
import { openTrials } from '../open-trials.ts';
import { judgingHash } from '../scorer-hash.ts';
import { scoringOf } from '../session.ts';
import { useBaseline } from './2-load-baseline.ts';
import { candidateSeries, type GateArms, openArms } from './arms.ts';
import type { Candidate } from './candidate.ts';
import { decisionNotices } from './decision-change.ts';
import { accusedOf } from './edition-accused.ts';
import { loadEditions, saveEditions, underEditions } from './editions.ts';
import type { GateContext } from './gate-context.ts';
import { gateStart } from './gate-cost.ts';
import type { GateRequest } from './gate-request.ts';
import type { GateSecrets } from './gate-secrets.ts';
import { judgeProposal, type Proposed } from './judge-proposal.ts';
import { type JudgedSuite, judgeSuite, type KnownBefore, passesOn } from './judge-suite.ts';
import { loadContext } from './load-context.ts';
import type { Main } from './load-main.ts';
import { quarantineOf } from './quarantine.ts';
import { underRefusedInputs } from './refused-inputs.ts';
import { replaySuite } from './replay-suite.ts';
import { underRules } from './rules/under-rules.ts';
import { runNewCases } from './run-new-cases.ts';
import { runnerNotices } from './runner-notices.ts';
import { servedFault } from './served-versions.ts';
import { underAlteredPackages } from './shared-packages.ts';
import { storeOf } from './store-place.ts';
import { notEvaluatedVerdict, unchangedVerdict } from './untried-verdict.ts';
import { judgeNotices } from './verdict-notices.ts';
import { verdictOf } from './verdict-of.ts';
import type { WatchedFiles } from './watched-files.ts';
import { isUnchanged, whatChanged } from './what-changed.ts';

/**
 * Judges a candidate against main, both of which are loaded.
 * @throws {DocketError} for rules, cases or a baseline that cannot be used
 */
export async function judgeCandidate(
  candidate: Candidate,
  main: Main,
  request: GateRequest,
  { signer, reviews, shared }: GateSecrets,
): Promise<Verdict> {
  const context = await loadContext(candidate, main, request, { signed: signer !== undefined, reviews, shared });
  const { watched } = main;
  const untried = await untriedVerdict(context);
  if (untried) {
    await watched.requireUnchanged();
    return untried;
  }
  const { mainConfig, suite } = context;
  const { root } = context.config;
  const store = await openTrials(
    { root, store: storeOf(mainConfig, root) },
    { signed: signer && { signer, only: true }, onDamage: request.warn, mayTakeBack: true },
    shared ?? null,
  );
  try {
    const verdict = underAlteredPackages(await courseOf({ context, store, watched }, signer), context, main.top);
    return withRefusedTrials(underRefusedInputs(verdict, suite), store.refusedTrials());
  } finally {
    await store.close();
  }
}

/** What is tried, where trials are kept, and the files from which main judges. */
export interface Trying {
  readonly context: GateContext;
  readonly store: TrialStore;
  readonly watched: WatchedFiles;
}

/**
 * Main is what it was, however the trials ended; else what was run by something else is not taken for main's the next time.
 * @throws {DocketError} as WatchedFiles.requireUnchanged
 */
export async function requireWhole({ store, watched }: Pick<Trying, 'store' | 'watched'>): Promise<void> {
  try {
    await watched.requireUnchanged();
  } catch (error) {
    await store.takeBack();
    throw error;
  }
}

/** Where no trial is wanted, or none can be made. */
export async function untriedVerdict(context: GateContext): Promise<Verdict | undefined> {
  const { mainConfig, mode, suite } = context;
  // An agent that answers by itself has its own keys, and nobody here knows which.
  const keyless = mode === 'live' && mainConfig.agent.own === undefined && !asksForLive(context.environment);
  const { rules } = context;
  const unserved = servedFault(context);
  if (unserved !== undefined) return underRules(notEvaluatedVerdict(context, unserved), rules);
  if (isUnchanged(context)) {
    if (suite.added.size === 0) {
      const replay = keyless ? await replaySuite(context) : undefined;
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
  return undefined;
}

/** Main's scorers, which meet decisions that nobody thought of. */
export function mainsScoring(config: LoadedConfig, store: TrialStore, onScore?: OnScore): Promise<Scoring> {
  return scoringOf({ ...config, agent: withBoundedScorers(config.agent) }, store, onScore);
}

function withRefusedTrials(verdict: Verdict, refused: number): Verdict {
  if (refused === 0) return verdict;
  const message = `${refused === 1 ? 'One stored trial was' : `${refused} stored trials were`} not signed with this store's secret, so ${refused === 1 ? 'it was' : 'they were'} not used; where the verdict needed ${refused === 1 ? 'it' : 'them'}, the run was repeated.`;
  return { ...verdict, notices: rankedNotices([...verdict.notices, { kind: 'unsigned-trials', message }]) };
}

/** The whole course of the gate: rounds on main's cases and new ones until there is a verdict, its cause, and what proposed rules say. */
export function courseOf(trying: Trying, signer: TrialSigner | undefined): Promise<Verdict> {
  return isUnchanged(trying.context) ? tryNewCases(trying) : judgeEdition(trying, signer);
}

/** The agent is main's: only the cases that main does not have are run. */
async function tryNewCases(trying: Trying): Promise<Verdict> {
  const { context, store } = trying;
  const arms = await openArms(context, store, await mainsScoring(context.mainConfig, store));
  const spending = new SpendingTally(context.mainConfig.prices);
  try {
    context.request.onStart?.(await gateStart(context, store, context.suite.added.size));
    const { ledgers, stopped } = await runNewCases(context, arms.candidate, spending);
    if (!stopped) return underRules(unchangedVerdict(context, false, { ledgers, spending }), context.rules);
    const { reason, because } = stopped;
    const end =
      stopped.kind === 'budget'
        ? ({ kind: 'out-of-dollars', reason } as const)
        : ({ kind: 'incomplete', reason, ...(because ? { because } : {}) } as const);
    return underRules(
      await verdictOf(context, { end: { ...end, spent: { trials: 0, dollars: 0 } }, ledgers, notices: [], spending }),
      context.rules,
    );
  } finally {
    await arms.close();
    await requireWhole(trying);
  }
}

/** One of perhaps many editions of this change: it answers for what earlier ones were accused of, and leaves what it is accused of itself. */
async function judgeEdition(trying: Trying, signer: TrialSigner | undefined): Promise<Verdict> {
  const { context, store } = trying;
  const editions = await loadEditions(context, signer);
  const { fingerprint } = context.candidate.identity;
  const storedRuns = new Map<string, number>();
  for (const { id } of editions.record.cases) {
    const input = context.suite.candidateInputs.get(id);
    const series = `${candidateSeries(context.baseline)}:${id}`;
    const trials = input ? await store.list({ versionFingerprint: fingerprint, caseFingerprint: input.fingerprint, series }) : [];
    storedRuns.set(id, trials.length);
  }
  const accusations = earlierAccusations(editions.record, fingerprint, (caseId) => storedRuns.get(caseId) ?? 0);
  if (context.share) requireKept(editions.record, fingerprint, accusations);
  const { verdict, byMain, ledgers } = await judgeChange(context, store, accusations).finally(() => requireWhole(trying));
  // A machine that judges nothing accuses nobody.
  const unsaved = context.share ? undefined : saveEditions(context, editions, accusedOf(context, byMain, verdict, ledgers), signer);
  const recalled = ledgers.filter((ledger) => ledger.accusations > 0).map(({ loaded }) => loaded.case.id);
  return underEditions(verdict, editions, recalled, unsaved);
}

/**
 * A version whose own accusation has lost its trials is tried harder. Whoever judges would find those that were made here, and take them for the lost ones.
 * @throws {DocketError} in that case
 */
function requireKept({ cases }: EditionRecord, version: string, accusations: ReadonlyMap<string, number>): void {
  const lost = cases.filter(({ id, editions }) => {
    const others = editions.filter((edition) => edition.version !== version).length;
    return (accusations.get(id) ?? 0) > others;
  });
  if (lost.length === 0) return;
  throw new DocketError(
    `The trials by which this version was accused before are not in the store any more (${listed(lost.slice(0, 3).map(({ id }) => id))}), so one machine judges it, harder: docket gate without --shard. Nothing was run here.`,
    { exitCode: exitCodes.incomplete },
  );
}

/** The verdict, and what it was by main's rules alone. */
interface JudgedChange extends JudgedSuite {
  readonly byMain: Verdict;
}

/** The third stage on: rounds until there is a verdict, then its cause. */
async function judgeChange(context: GateContext, store: TrialStore, accusations: ReadonlyMap<string, number>): Promise<JudgedChange> {
  const { mainConfig, suite, baseline, main } = context;
  const scoring = await mainsScoring(mainConfig, store);
  const used = await useBaseline({
    baseline,
    main,
    cases: suite.cases,
    scorerHash: await judgingHash(mainConfig),
    scoring,
    store,
    shelves: context.shelves,
    signal: context.request.signal,
  });
  const quarantine = quarantineOf(used.quarantined, suite.cases.length - suite.added.size);
  const stored = {
    ...used,
    accusations,
    quarantine,
    notices: [
      ...runnerNotices(context),
      ...decisionNotices(main, context.candidate, suite.cases),
      ...used.notices,
      ...(quarantine.notice ? [quarantine.notice] : []),
    ],
  };
  const arms = await openArms(context, store, scoring);
  try {
    context.request.onStart?.(await gateStart(context, store, suite.cases.length - quarantine.out.size));
    const { verdict: byMain, ledgers } = await judgeSuite(context, arms, stored);
    const verdict = underRules(byMain, context.rules, await proposedFor(context, arms, stored, byMain));
    return { verdict: { ...verdict, notices: rankedNotices([...verdict.notices, ...judgeNotices(scoring.advisory)]) }, byMain, ledgers };
  } finally {
    // However it ends, what was run until then is traced.
    await arms.close();
  }
}

/** What the rules that the change proposes say, where it changes them together with the agent and main's have given an answer. */
async function proposedFor(context: GateContext, arms: GateArms, stored: KnownBefore, verdict: Verdict): Promise<Proposed | undefined> {
  if (!context.rules.withAgent || !['pass', 'waived', 'regressed'].includes(verdict.verdict)) return undefined;
  const judged = await judgeProposal(context, arms, stored.quarantine.out);
  // A proposal is judged without twins, so main's word holds for every case that has some.
  const others = context.suite.cases.filter(
    ({ case: { id }, family }) => (!judged.affected.has(id) || (family?.twins.length ?? 0) > 0) && !context.suite.added.has(id),
  );
  const elsewhere = verdict.verdict !== 'regressed' || !judged.passes || (await passesOn(context, arms, stored, others));
  return { ...judged, elsewhere };
}
