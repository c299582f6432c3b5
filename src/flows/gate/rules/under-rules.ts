import { exitCodes } from '../../../contracts/docket-error.ts';
import type { RuleChange } from '../../../contracts/rule-change.ts';
import type { Verdict } from '../../../contracts/verdict.ts';
import { type RuleComparison, weighingFirst } from './index.ts';

/**
 * The verdict with the table of what the pull request changes of the rules. Where it changes the agent too, nothing is better than
 * inconclusive, whatever the caller makes of an inconclusive verdict otherwise: it would be judged by rules of its own.
 * @param shown what main's rules say otherwise of the candidate's own runs
 */
export function underRules(verdict: Verdict, rules: RuleComparison, shown: readonly RuleChange[] = []): Verdict {
  const changes = weighingFirst([...shown, ...rules.changes]);
  const weighing = changes.filter(({ weighs }) => weighs).length;
  const capped = rules.withAgent || (rules.agentMayDiffer && shown.length > 0);
  if (!capped) {
    const alone = rules.agentChanged ? '' : rulesAlone(verdict, weighing);
    return { ...verdict, reason: `${verdict.reason}${alone}`, ruleChanges: changes };
  }
  const exitCode = exitCodes.inconclusive;
  const inconclusive = {
    verdict: 'inconclusive' as const,
    cause: 'rules-changed' as const,
    exitCode,
    reason: `${changedTogether(weighing)} ${byWhom(shown)} ${advice}`,
    ruleChanges: changes,
  };
  switch (verdict.verdict) {
    case 'pass': {
      const { basis: _, failingNewCases: __, ...rest } = verdict;
      return { ...rest, ...inconclusive };
    }
    case 'waived': {
      const { accusation: _, waiver: __, ...rest } = verdict;
      return { ...rest, ...inconclusive };
    }
    case 'inconclusive':
      return { ...verdict, exitCode, reason: `${verdict.reason} ${changedTogether(weighing)} ${advice}`, ruleChanges: changes };
    default:
      return { ...verdict, ruleChanges: changes };
  }
}

const advice =
  'Put the rule changes into a separate pull request that leaves the agent alone and merge it first; this one is then judged by them.';

function changedTogether(weighing: number): string {
  return `This change alters both the agent and ${weighing === 1 ? 'one of the rules that judge it' : `the rules that judge it, in ${weighing} places`}: see the table.`;
}

function byWhom(shown: readonly RuleChange[]): string {
  return shown.length > 0
    ? `It passes by its own rules, but by main's it fails in ${shown.length === 1 ? 'one case' : `${shown.length} cases`}.`
    : 'Passing by its own rules proves nothing.';
}

/** Rules that change alone are merged by whoever reviews them, and the table is what there is to review. */
function rulesAlone({ verdict }: Verdict, weighing: number): string {
  if (weighing === 0 || (verdict !== 'pass' && verdict !== 'waived')) return '';
  return ` The rules changed (${weighing === 1 ? 'one place' : `${weighing} places`}, see the table) but the agent did not; they apply to every later change.`;
}
