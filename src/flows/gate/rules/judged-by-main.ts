import type { RuleChange } from '../../../contracts/rule-change.ts';
import { scoreTrial } from '../../judging/score-trial.ts';
import type { GateContext } from '../gate-request.ts';
import type { CaseLedger } from '../ledger.ts';
import { ruleRow } from './rule-row.ts';

/**
 * The second lock behind the comparison of files and settings: the candidate's own runs, judged once more by main's scorers and main's case.
 * Whatever a pull request did so that a run passes here and not there, it is told, by the case in which it shows. Runs on another input than
 * main's say nothing about main's case; that the input changed is told already.
 */
export function judgedByMain({ suite, mainConfig, candidate }: GateContext, ledgers: readonly CaseLedger[]): RuleChange[] {
  return ledgers.flatMap(({ loaded, runs }) => {
    const earlier = suite.before.get(loaded.case.id);
    if (!earlier || earlier.fingerprint !== loaded.fingerprint) return [];
    const byMain = runs.candidate.map((run) => passes(() => scoreTrial(mainConfig.agent, candidate.version, earlier, run.trial).pass));
    const eased = runs.candidate.filter(({ reported }, index) => reported.pass && byMain[index] !== true);
    if (eased.length === 0) return [];
    const count = (passed: number) => `${passed} of ${runs.candidate.length} runs pass`;
    return [
      ruleRow(
        { what: 'judgement', where: loaded.case.id, field: "by main's rules, by these", weighs: true },
        count(byMain.filter((pass) => pass === true).length),
        count(runs.candidate.filter(({ reported }) => reported.pass).length),
      ),
    ];
  });
}

/** A scorer of main that throws at the candidate's decision has not let it pass. */
function passes(judge: () => boolean): boolean {
  try {
    return judge();
  } catch {
    return false;
  }
}
