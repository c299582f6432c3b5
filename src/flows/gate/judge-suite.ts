import type { Attribution } from '../../contracts/attribution.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import type { RegressedVerdict } from '../../gate/verdict.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { SpendingTally } from '../judging/spending.ts';
import type { StoredBaseline } from './2-load-baseline.ts';
import { type RoundsEnd, runRounds } from './3-run-rounds.ts';
import { attribute } from './4-attribute.ts';
import { accusedLedgers } from './accused-ledgers.ts';
import type { GateArms } from './arms.ts';
import type { GateContext } from './gate-context.ts';
import type { GateRequest } from './gate-request.ts';
import { CaseLedger } from './ledger.ts';
import { judgingOf, type Quarantine, underQuarantine } from './quarantine.ts';
import { reportedFiles } from './report-files.ts';
import { requireJudged } from './require-judged.ts';
import { verdictOf, waiverFor } from './verdict-of.ts';
import { wrongAnswerer } from './who-answered.ts';

/** Rounds on main's cases and on new ones, until there is a verdict; then the waiver that lets a regression pass, or its cause. */
export async function judgeSuite(context: GateContext, arms: GateArms, stored: KnownBefore): Promise<JudgedSuite> {
  const { verdict, ledgers } = await judgeJudging(context, arms, stored);
  return { verdict: underQuarantine(verdict, stored.quarantine, context.request.onInconclusive === 'warn'), ledgers };
}

async function judgeJudging(context: GateContext, arms: GateArms, stored: KnownBefore): Promise<JudgedSuite> {
  const cases = judgingOf(stored.quarantine, context.suite.cases);
  const spending = new SpendingTally(context.mainConfig.prices);
  const first = await judgeInOrder(context, arms, stored, cases, spending);
  const { end, ledgers } = first;
  const { notices } = stored;
  const withFiles = { changedFiles: await reportedFiles(context.config.root, context.base.commit, context.changed) };
  if (end.kind !== 'verdict' || end.verdict.verdict !== 'regressed')
    return {
      verdict: await verdictOf(context, { ...first, ...withFiles, accused: accusedLedgers(end, ledgers), notices, spending }),
      ledgers,
    };

  const check = waiverFor(context, end.verdict);
  if (check.kind === 'waived') {
    const { waiver } = check;
    // The waived cases are left out, so that they hide no other one.
    const others = end.verdict.cause === 'suite' ? [] : cases.filter((loaded) => !waiver.caseIds.includes(loaded.case.id));
    const rest = others.length > 0 ? await judgeCases(context, arms, stored, others, spending) : { ledgers, end: passing(end) };
    if (rest.end.kind === 'verdict' && rest.end.verdict.verdict === 'pass') {
      const waived = { verdict: end.verdict, waiver };
      return { verdict: await verdictOf(context, { end: rest.end, ledgers, ...withFiles, notices, spending, waived }), ledgers };
    }
    const accused = accusedLedgers(rest.end, rest.ledgers);
    return { verdict: await verdictOf(context, { ...rest, ...withFiles, accused, notices, spending }), ledgers };
  }
  const accused = accusedLedgers(end, ledgers);
  const [worst] = accused;
  const attribution = worst && (await attributeTo(context, { arms, end, verdict: end.verdict, accused: worst, spending }));
  const verdict = await verdictOf(context, {
    ...first,
    ...withFiles,
    accused,
    notices: [...notices, ...unusedWaiver(context, check.reason)],
    spending,
    ...(attribution ? { attribution } : {}),
  });
  return { verdict, ledgers };
}

/** What is known before a run is made. */
export interface KnownBefore extends StoredBaseline {
  /** Earlier editions of this change that were accused, by case id. */
  readonly accusations: ReadonlyMap<string, number>;
  readonly quarantine: Quarantine;
}

/** The verdict with everything that was run for it. */
export interface JudgedSuite {
  readonly verdict: Verdict;
  readonly ledgers: readonly CaseLedger[];
}

interface JudgedCases {
  readonly end: RoundsEnd;
  readonly ledgers: readonly CaseLedger[];
}

/**
 * Main's cases first, and only where they pass those that this change adds: among many new cases that anybody passes, a case that got worse
 * would weigh less.
 */
async function judgeInOrder(
  context: GateContext,
  arms: GateArms,
  stored: KnownBefore,
  cases: readonly LoadedCase[],
  spending: SpendingTally,
): Promise<JudgedCases> {
  const { added } = context.suite;
  const [known, fresh] = [cases.filter((loaded) => !added.has(loaded.case.id)), cases.filter((loaded) => added.has(loaded.case.id))];
  if (known.length === 0 || fresh.length === 0) return judgeCases(context, arms, stored, cases, spending);
  const first = await judgeCases(context, arms, stored, known, spending);
  if (first.end.kind !== 'verdict' || first.end.verdict.verdict !== 'pass') return first;
  const second = await judgeCases(context, arms, stored, fresh, spending, first.end);
  const ledgers = [...first.ledgers, ...second.ledgers];
  const passed = second.end.kind === 'verdict' && second.end.verdict.verdict === 'pass';
  return { end: passed ? first.end : second.end, ledgers };
}

/** Somebody who wrote a waiver wants to know why it does not help. */
function unusedWaiver({ suite }: GateContext, message: string): Notice[] {
  return suite.waivers.length > 0 ? [{ kind: 'waiver', message }] : [];
}

/** A waiver for the whole suite leaves nothing to judge. */
function passing(end: RoundsEnd & { readonly kind: 'verdict' }): RoundsEnd {
  return { ...end, verdict: { ...end.verdict, verdict: 'pass' } };
}

async function judgeCases(
  context: GateContext,
  arms: GateArms,
  stored: KnownBefore,
  cases: readonly LoadedCase[],
  spending: SpendingTally,
  before?: RoundsEnd,
): Promise<JudgedCases> {
  const { request, mainConfig, gate, shelves } = context;
  const ledgers = cases.map(
    (loaded) => new CaseLedger(loaded, shelves, stored.runs.get(loaded.case.id), stored.accusations.get(loaded.case.id)),
  );
  const end = await runRounds({
    gate,
    ledgers,
    arms,
    refuse: () => wrongAnswerer(context, ledgers),
    budget: request.budget?.kind === 'runs' ? request.budget.runs - (before?.spent.trials ?? 0) : undefined,
    dollars: request.budget?.kind === 'dollars' ? request.budget.dollars - (before?.spent.dollars ?? 0) : undefined,
    concurrency: request.concurrency ?? mainConfig.concurrency,
    spending,
    signal: request.signal,
    ...(request.onStep ? { onStep: request.onStep } : {}),
  });
  requireJudged(ledgers);
  return { end, ledgers };
}

interface Convicted {
  readonly arms: GateArms;
  readonly end: RoundsEnd;
  readonly verdict: RegressedVerdict;
  readonly accused: CaseLedger;
  readonly spending: SpendingTally;
}

function attributeTo(
  { request, mainConfig, unlisted, changed }: GateContext,
  { arms, end, verdict, accused, spending }: Convicted,
): Promise<Attribution> {
  return attribute({
    arms,
    accused,
    unlisted: unlisted.paths,
    changedFiles: changed,
    left: runsLeft(request, end, verdict),
    spending,
    workers: arms.workers,
    concurrency: request.concurrency ?? mainConfig.concurrency,
    signal: request.signal,
  });
}

/** Model runs that the budget leaves once there is a verdict. */
function runsLeft({ budget }: GateRequest, { spent }: RoundsEnd, { runs }: RegressedVerdict): number {
  if (budget?.kind !== 'dollars') return runs.budget - runs.spent;
  const each = spent.trials === 0 ? 0 : spent.dollars / spent.trials;
  return each === 0 ? 0 : Math.floor((budget.dollars - spent.dollars) / each);
}

/** Whether some cases alone pass by main's rules; runs that were made already are taken from the store. */
export async function passesOn(context: GateContext, arms: GateArms, stored: KnownBefore, cases: readonly LoadedCase[]): Promise<boolean> {
  const judging = judgingOf(stored.quarantine, cases);
  if (judging.length === 0) return true;
  const { end } = await judgeCases(context, arms, stored, judging, new SpendingTally(context.mainConfig.prices));
  return end.kind === 'verdict' && end.verdict.verdict === 'pass';
}
