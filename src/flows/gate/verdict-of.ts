import { exitCodes } from '../../contracts/docket-error.ts';
import type { Accusation, ReportedWaiver, Verdict } from '../../contracts/verdict.ts';
import type { RegressedVerdict } from '../../gate/verdict.ts';
import { checkWaivers, type Waiver, type WaiverCheck } from '../../gate/waiver.ts';
import { accusedCase } from './accused.ts';
import { adviceOf } from './advice-of.ts';
import { compared } from './compared-sides.ts';
import type { GateContext } from './gate-context.ts';
import type { Judgement } from './judgement.ts';
import { failingNewCases } from './new-cases.ts';
import { detectable, evidenceOf } from './reported-evidence.ts';
import { whyRun } from './what-changed.ts';

/** Puts a judgement into the form that `reports/verdict.json` holds. */
export async function verdictOf(context: GateContext, judgement: Judgement): Promise<Verdict> {
  const why = whyRun(context);
  const verdict = await judged(context, judgement);
  return why === undefined ? verdict : { ...verdict, reason: `${why} ${verdict.reason}` };
}

async function judged(context: GateContext, judgement: Judgement): Promise<Verdict> {
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
      reason: `${end.reason} ${await adviceOf(context, ledgers, end)}`,
    };
  const { verdict } = end;
  const tested = {
    ...common,
    // Where the candidate never ran the tests saw nothing.
    ...(ledgers.some(({ runs }) => runs.candidate.length > 0) ? { evidence: evidenceOf(verdict, ledgers) } : {}),
    detectable: await detectable(context, ledgers),
  };
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
        reason: `${verdict.reason} ${await adviceOf(context, ledgers, end, verdict)}`,
      };
  }
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
