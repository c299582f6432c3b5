import type { CaseChange, ReportedCase } from '../../contracts/reported-case.ts';
import type { RunsUsed } from '../../gate/verdict.ts';
import { caseEValue } from '../../stats/case-e-value.ts';
import type { SpendingTally } from '../judging/spending.ts';
import { caseHead, changeOf, confusionOfArms, reportedVersion } from '../reported-case.ts';
import type { RoundsEnd } from './3-run-rounds.ts';
import { caseArm } from './case-arm.ts';
import type { GateContext } from './gate-context.ts';
import { verdictHead } from './gate-request.ts';
import type { Judgement } from './judgement.ts';
import type { CaseLedger } from './ledger.ts';

import { answerNotices, boundNotice, retryNotice, suiteNotices } from './verdict-notices.ts';

/** Everything that is compared and paid for; without rounds there is no end of them. */
export function compared(
  context: GateContext,
  { end, ledgers, notices, spending }: Pick<Judgement, 'ledgers' | 'notices' | 'spending'> & Partial<Pick<Judgement, 'end'>>,
) {
  const { request, config, mode, suite, baseline, base, candidate, main } = context;
  const cases = ledgers.map((ledger) => reportedCaseOf(context, ledger));
  const confusionOn = (side: 'baseline' | 'candidate') =>
    confusionOfArms(
      context.mainConfig.agent,
      ledgers.flatMap(({ loaded }, index) => (cases[index] ? [{ loaded, arm: cases[index][side] }] : [])),
    );
  const told = [retryNotice(ledgers), boundNotice(ledgers)].filter((notice) => notice !== undefined);
  return {
    ...verdictHead(request, [...suite.notices, ...notices, ...suiteNotices(context, ledgers), ...answerNotices(context, ledgers), ...told]),
    agent: config.agent.name,
    mode,
    baseline: reportedVersion(
      main.identity,
      cases.map((each) => each.baseline),
      { epoch: String(baseline.epoch), git: { ref: base.ref, commit: base.commit }, ...confusionOn('baseline') },
    ),
    candidate: reportedVersion(
      candidate.identity,
      cases.map((each) => each.candidate),
      confusionOn('candidate'),
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
  // Trials after the verdict, which look for the cause, are not saved either, and without an answer nothing is.
  const saved = end?.kind === 'verdict' && end.verdict.verdict !== 'inconclusive' ? unspent(end.verdict.runs, trials) : 0;
  const budget = end?.kind === 'verdict' ? end.verdict.runs.budget : request.budget?.kind === 'runs' ? request.budget.runs : undefined;
  return { trials: { ...trials, saved, ...(budget === undefined ? {} : { budget }) }, ...(dollars === undefined ? {} : { dollars }) };
}

function reportedCaseOf({ mainConfig, suite }: GateContext, ledger: CaseLedger): ReportedCase {
  const { loaded, stored, runs, infraErrors } = ledger;
  const { agent } = mainConfig;
  const baseline = caseArm(agent, loaded, { stored, made: runs.baseline }, infraErrors.baseline);
  const candidate = caseArm(agent, loaded, { made: runs.candidate }, infraErrors.candidate);
  const relabelled = suite.relabelled.get(loaded.case.id);
  const change: CaseChange = relabelled ? 'label-changed' : suite.added.has(loaded.case.id) ? 'new' : changeOf(baseline, candidate);
  return {
    ...caseHead(loaded),
    change,
    ...(baseline.runs > 0 && candidate.runs > 0 ? { eValue: caseEValue(baseline, candidate) } : {}),
    baseline,
    candidate,
  };
}
