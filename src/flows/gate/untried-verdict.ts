import { exitCodes } from '../../contracts/docket-error.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { listed } from '../../text/figures.ts';
import { SpendingTally } from '../judging/spending.ts';
import { compared } from './compared-sides.ts';
import type { GateContext } from './gate-context.ts';
import { verdictHead } from './gate-request.ts';
import type { Judgement } from './judgement.ts';
import type { CaseLedger } from './ledger.ts';
import { failingNewCases } from './new-cases.ts';
import { isNoBaseline } from './no-baseline.ts';

/** The same fingerprint, inputs and files on both sides: nothing to try but the cases that main does not have. */
export function unchangedVerdict(
  context: GateContext,
  replayed: boolean,
  { ledgers, spending }: Pick<Judgement, 'ledgers' | 'spending'> = { ledgers: [], spending: new SpendingTally(context.mainConfig.prices) },
): Verdict {
  const same = replayed
    ? "Nothing changed: the agent's inputs are the same, and every recorded call replays to a decision. This is not a statistical verdict."
    : "Nothing changed: the candidate's fingerprint is main's, every case parses to the same input, and no other file of the agent differs.";
  const failing = failingNewCases(context.suite.added, ledgers);
  return {
    ...compared(context, { ledgers, notices: otherEnvironment(context), spending }),
    verdict: 'pass',
    basis: replayed ? 'replayed' : 'unchanged',
    ...(failing.ids.length > 0 ? { failingNewCases: [...failing.ids] } : {}),
    exitCode: exitCodes.pass,
    reason: `${same}${newCasesPass(ledgers, failing.ids.length)}${failing.sentence}`,
  };
}

/** Both sides find the same environment: what changed there since the baseline is no difference between them, and must not look like none at all. */
function otherEnvironment({ baseline, main }: GateContext): Notice[] {
  const names = [...new Set(Object.values(main.version.factors ?? {}).flatMap(({ environment }) => Object.keys(environment)))];
  if (names.length === 0 || isNoBaseline(baseline) || baseline.version.fingerprint === main.identity.fingerprint) return [];
  const message = `The baseline was accepted for another version than main is here, and main reads ${listed(names)} from the environment, which both sides find alike: another value than the baseline's is not judged. To compare the two, give main's side its own value (DOCKET_MAIN_${names[0]}); then accept a new baseline on main: docket baseline accept.`;
  return [{ kind: 'other-baseline', message }];
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
