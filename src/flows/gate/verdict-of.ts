import type { Agent } from '../../agent/define-agent.ts';
import { countAnswered, modelsOf, remarkOn } from '../../contracts/answered-by.ts';
import type { Attribution } from '../../contracts/attribution.ts';
import { exitCodes } from '../../contracts/docket-error.ts';
import type { CaseChange, ReportedCase } from '../../contracts/reported-case.ts';
import type { Accusation, Notice, ReportedEvidence, ReportedWaiver, Verdict } from '../../contracts/verdict.ts';
import { minimumDetectableRegression } from '../../gate/minimum-detectable.ts';
import type { Verdict as GateVerdict, RegressedVerdict, RunsUsed } from '../../gate/verdict.ts';
import { checkWaivers, type Waiver, type WaiverCheck } from '../../gate/waiver.ts';
import { endpointOf, isVendors } from '../../model/credentials.ts';
import { caseEValue } from '../../stats/case-e-value.ts';
import { addCounts } from '../../stats/counts.ts';
import { seededRandom } from '../../stats/random.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { scoreTrial } from '../judging/score-trial.ts';
import { SpendingTally } from '../judging/spending.ts';
import { caseArm, caseHead, changeOf, type JudgedRun, reportedVersion } from '../reported-case.ts';
import { isWrongApproval, isWrongDecision } from '../reported-trial.ts';
import type { PreparedVersion } from '../session.ts';
import type { RoundsEnd } from './3-run-rounds.ts';
import { accusedCase } from './accused.ts';
import { adviceOf } from './advice-of.ts';
import { owedFields } from './decision-change.ts';
import { type GateContext, verdictHead } from './gate-request.ts';
import type { CaseLedger } from './ledger.ts';
import { failingNewCases } from './new-cases.ts';
import type { ReportedFiles } from './report-files.ts';
import { whyRun } from './what-changed.ts';

/** What the rounds came to, with what is known besides. */
export interface Judgement {
  readonly end: RoundsEnd;
  readonly ledgers: readonly CaseLedger[];
  readonly notices: readonly Notice[];
  readonly spending: SpendingTally;
  readonly attribution?: Attribution;
  readonly changedFiles?: ReportedFiles;
  /** The cases that got worse, the worst first. */
  readonly accused?: readonly CaseLedger[];
  /** The regression that a waiver covers; `end` then judges the other cases. */
  readonly waived?: { readonly verdict: RegressedVerdict; readonly waiver: Waiver };
}

/** Chance to be blocked that counts as detectable. */
const power = 0.8;

/** Puts a judgement into the form that `reports/verdict.json` holds. */
export function verdictOf(context: GateContext, judgement: Judgement): Verdict {
  const why = whyRun(context);
  const verdict = judged(context, judgement);
  return why === undefined ? verdict : { ...verdict, reason: `${why} ${verdict.reason}` };
}

function judged(context: GateContext, judgement: Judgement): Verdict {
  const { end, ledgers, attribution, changedFiles, accused, waived } = judgement;
  const common = {
    ...compared(context, judgement),
    ...(attribution ? { attribution } : {}),
    ...(changedFiles ? { changedFiles } : {}),
    ...(accused && accused.length > 0 ? { accused: accused.map((ledger) => accusedCase(context, ledger, attribution)) } : {}),
  };
  if (end.kind === 'incomplete') {
    return {
      ...common,
      verdict: 'incomplete',
      exitCode: exitCodes.incomplete,
      reason: end.because ? `${end.reason} So there is no verdict.` : `A run failed, so there is no verdict: ${end.reason}`,
    };
  }
  const lenient = context.request.onInconclusive === 'warn';
  const inconclusiveCode = lenient ? exitCodes.pass : exitCodes.inconclusive;
  if (end.kind === 'out-of-dollars')
    return {
      ...common,
      verdict: 'inconclusive',
      cause: 'budget',
      exitCode: inconclusiveCode,
      reason: `${end.reason} ${adviceOf(context, ledgers, end)}`,
    };
  const { verdict } = end;
  const tested = { ...common, evidence: evidenceOf(verdict, ledgers), detectable: detectable(context, ledgers) };
  switch (verdict.verdict) {
    case 'pass':
      if (!waived) {
        const failing = failingNewCases(context.suite.added, ledgers);
        return {
          ...tested,
          verdict: 'pass',
          basis: 'tested',
          ...(failing.ids.length > 0 ? { failingNewCases: [...failing.ids] } : {}),
          exitCode: exitCodes.pass,
          reason: `${verdict.reason}${failing.sentence}`,
        };
      }
      return {
        ...tested,
        verdict: 'waived',
        accusation: accusationOf(waived.verdict),
        waiver: waiverOf(waived.waiver),
        exitCode: exitCodes.pass,
        reason: `${waived.verdict.reason} ${waived.waiver.approver} waived it until ${waived.waiver.expiresOn}: ${waived.waiver.reason}`,
      };
    case 'regressed':
      return { ...tested, verdict: 'regressed', accusation: accusationOf(verdict), exitCode: exitCodes.regressed, reason: verdict.reason };
    case 'inconclusive':
      return {
        ...tested,
        verdict: 'inconclusive',
        cause: verdict.cause,
        ...(verdict.caseId === undefined ? {} : { caseId: verdict.caseId }),
        // A roll-out is lenient with a lack of evidence, not with harm that was seen.
        exitCode: verdict.cause === 'harm' ? exitCodes.inconclusive : inconclusiveCode,
        reason: `${verdict.reason} ${adviceOf(context, ledgers, end, verdict)}`,
      };
  }
}

/** The same fingerprint, inputs and files on both sides: nothing to try but the cases that main does not have. */
export function unchangedVerdict(
  context: GateContext,
  replayed: boolean,
  { ledgers, spending }: Pick<Judgement, 'ledgers' | 'spending'> = { ledgers: [], spending: new SpendingTally() },
): Verdict {
  const same = replayed
    ? "Nothing changed: the agent's inputs are the same, and every recorded call replays to a decision. This is not a statistical verdict."
    : "Nothing changed: the candidate's fingerprint is main's, every case parses to the same input, and no other file of the agent differs.";
  const failing = failingNewCases(context.suite.added, ledgers);
  return {
    ...compared(context, { ledgers, notices: [], spending }),
    verdict: 'pass',
    basis: replayed ? 'replayed' : 'unchanged',
    ...(failing.ids.length > 0 ? { failingNewCases: [...failing.ids] } : {}),
    exitCode: exitCodes.pass,
    reason: `${same}${newCasesPass(ledgers, failing.ids.length)}${failing.sentence}`,
  };
}

function newCasesPass(ledgers: readonly CaseLedger[], failing: number): string {
  const passing = ledgers.length - failing;
  if (passing === 0) return '';
  return ` ${passing === 1 ? 'A new case was' : `${passing} new cases were`} run on it and passed.`;
}

/** Nobody could try it. */
export function notEvaluatedVerdict({ request, config, suite }: GateContext, reason: string): Verdict {
  return {
    ...verdictHead(request, suite.notices),
    verdict: 'not-evaluated',
    agent: config.agent.name,
    exitCode: exitCodes.notEvaluated,
    reason,
  };
}

/** Looks for a waiver that covers a regression. */
export function waiverFor({ suite, candidate, request }: GateContext, verdict: RegressedVerdict): WaiverCheck {
  const today = request.clock.date().toISOString().slice(0, 10);
  return checkWaivers(suite.waivers, { caseId: verdict.caseId, versionFingerprint: candidate.identity.fingerprint }, today);
}

function accusationOf({ cause, caseId, confirmPValue }: RegressedVerdict): Accusation {
  const confirmed = confirmPValue === undefined ? {} : { confirmPValue };
  return cause === 'suite' || caseId === undefined ? { cause: 'suite', ...confirmed } : { cause, caseId, ...confirmed };
}

function waiverOf({ expiresOn, ...waiver }: Waiver): ReportedWaiver {
  return { ...waiver, expires: expiresOn };
}

/** Everything that is compared and paid for; without rounds there is no end of them. */
function compared(
  context: GateContext,
  { end, ledgers, notices, spending }: Pick<Judgement, 'ledgers' | 'notices' | 'spending'> & Partial<Pick<Judgement, 'end'>>,
) {
  const { request, config, mode, suite, baseline, base, candidate, main } = context;
  const cases = ledgers.map((ledger) => reportedCaseOf(context, ledger));
  const bound = boundNotice(ledgers);
  return {
    ...verdictHead(request, [...suite.notices, ...notices, ...answerNotices(context, ledgers), ...(bound ? [bound] : [])]),
    agent: config.agent.name,
    mode,
    baseline: reportedVersion(
      main.identity,
      cases.map((each) => each.baseline),
      { epoch: String(baseline.epoch), git: { ref: base.ref, commit: base.commit } },
    ),
    candidate: reportedVersion(
      candidate.identity,
      cases.map((each) => each.candidate),
    ),
    cases,
    spending: spendingOf(end, spending, context),
  };
}

function unspent(runs: RunsUsed, { spent, reused }: { readonly spent: number; readonly reused: number }): number {
  return Math.max(0, Math.round(runs.spent + runs.saved - Math.max(runs.spent, spent + reused)));
}

function spendingOf(end: RoundsEnd | undefined, spending: SpendingTally, { request }: GateContext) {
  const { trials, dollars } = spending.total();
  // Trials after the verdict, which look for the cause, are not saved either.
  const saved = end?.kind === 'verdict' ? unspent(end.verdict.runs, trials) : 0;
  const budget = end?.kind === 'verdict' ? end.verdict.runs.budget : request.budget?.kind === 'runs' ? request.budget.runs : undefined;
  return { trials: { ...trials, saved, ...(budget === undefined ? {} : { budget }) }, ...(dollars === undefined ? {} : { dollars }) };
}

function reportedCaseOf({ config, suite, main, candidate: candidateVersion }: GateContext, ledger: CaseLedger): ReportedCase {
  const { loaded, stored, runs, infraErrors } = ledger;
  const { agent } = config;
  const unseen = {
    passes: stored.passes - stored.judged.filter(({ reported }) => reported.pass).length,
    runs: stored.runs - stored.judged.length,
    falseApprovals: stored.falseApprovals - stored.judged.filter(({ reported }) => isWrongApproval(reported)).length,
    wrongDecisions: stored.wrongDecisions - stored.judged.filter(({ reported }) => isWrongDecision(reported)).length,
  };
  const baseline = caseArm(agent, loaded, [...stored.judged, ...runs.baseline], { counts: unseen, infraErrors: infraErrors.baseline });
  const candidate = caseArm(agent, loaded, runs.candidate, { infraErrors: infraErrors.candidate });
  const relabelled = suite.relabelled.get(loaded.case.id);
  const change: CaseChange = relabelled ? 'label-changed' : suite.added.has(loaded.case.id) ? 'new' : changeOf(baseline, candidate);
  return {
    ...caseHead(loaded),
    change,
    ...(baseline.runs > 0 && candidate.runs > 0 ? { eValue: caseEValue(baseline, candidate) } : {}),
    baseline,
    candidate,
    ...(relabelled
      ? {
          formerLabel: {
            expected: relabelled.case.label.decision,
            baseline: countsUnder(agent, relabelled, main, [...stored.judged, ...runs.baseline], owedFields(main)),
            candidate: countsUnder(agent, relabelled, candidateVersion, runs.candidate, owedFields(main)),
          },
        }
      : {}),
  };
}

/** The same transcripts, judged by the label of before. */
function countsUnder(
  agent: Agent,
  former: LoadedCase,
  { version }: PreparedVersion,
  judged: readonly JudgedRun[],
  owed: readonly string[],
) {
  return { passes: judged.filter(({ trial }) => scoreTrial(agent, version, former, trial, owed).pass).length, runs: judged.length };
}

function evidenceOf(verdict: GateVerdict, ledgers: readonly CaseLedger[]): ReportedEvidence {
  const accused = ledgers.find((ledger) => ledger.loaded.case.id === verdict.case.caseId)?.state();
  const { test, drop, margin } = verdict.suite;
  return {
    round: verdict.round,
    case: {
      ...verdict.case,
      baseline: accused ? addCounts(accused.baseline, accused.fresh ?? { passes: 0, runs: 0 }) : { passes: 0, runs: 0 },
      candidate: accused?.candidate ?? { passes: 0, runs: 0 },
    },
    ...(verdict.critical ? { critical: verdict.critical } : {}),
    suite: { drop, margin, ...(test ? { test } : {}) },
  };
}

/** Simulated with a fixed seed, so that the same verdict always reports the same figure. */
function detectable({ gate, request }: GateContext, ledgers: readonly CaseLedger[]) {
  const state = {
    cases: ledgers.map((ledger) => ledger.state()),
    ...(request.budget?.kind === 'runs' ? { budget: request.budget.runs } : {}),
  };
  const smallest = minimumDetectableRegression(gate, state, { random: seededRandom(1), power, repetitions: 40 });
  return {
    power,
    // Where the test already rejects, no failure has to be added: that says nothing of what it could see.
    ...(smallest.suite && smallest.suite.drop > 0 ? { suiteDrop: smallest.suite.drop } : {}),
    ...(smallest.oneCase ? { caseDrop: smallest.oneCase.drop } : {}),
    ...(smallest.harm ? { harmRate: smallest.harm.rate } : {}),
  };
}

/** What the cleanest case of the candidate still allows. */
function boundNotice(ledgers: readonly CaseLedger[]): Notice | undefined {
  const clean = ledgers.map(({ runs }) => runs.candidate).filter((runs) => runs.length > 0 && runs.every(({ reported }) => reported.pass));
  const longest = Math.max(0, ...clean.map((runs) => runs.length));
  if (longest === 0) return undefined;
  // Exact one-sided bound of Clopper and Pearson: the rate f with (1 - f)^n = 5 %.
  const failureRate = 1 - 0.05 ** (1 / longest);
  return {
    kind: 'bound',
    message: `After ${longest === 1 ? 'one pass' : `${longest} passes`} in a row, the failure rate of a case may still be as high as ${Math.round(failureRate * 100)} % (95 % confidence).`,
  };
}

/** Where live calls went when not to the vendor, and under which name the model answered when not under that which was asked. */
function answerNotices({ mode, environment, candidate, main }: GateContext, ledgers: readonly CaseLedger[]): Notice[] {
  if (mode !== 'live') return [];
  const endpoint = endpointOf(environment);
  const sides = [
    ['candidate', candidate, ledgers.flatMap(({ runs }) => runs.candidate)],
    ['main', main, ledgers.flatMap(({ runs, stored }) => [...stored.judged, ...runs.baseline])],
  ] as const;
  const remarks = sides.flatMap(([side, { version }, runs]): Notice[] => {
    const remark = remarkOn(version.model, countAnswered(runs.map(({ trial }) => modelsOf(trial.transcript))));
    return remark ? [{ kind: 'answered-by', message: `${side}: ${remark.text}.` }] : [];
  });
  if (isVendors(endpoint)) return remarks;
  return [{ kind: 'endpoint', message: `Live calls go to ${endpoint}, which is not the vendor's own server.` }, ...remarks];
}
