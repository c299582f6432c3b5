import { exitCodes } from '../../../contracts/docket-error.ts';
import type { Verdict } from '../../../contracts/verdict.ts';
import type { Proposed } from '../judge-proposal.ts';
import { type RuleComparison, weighingFirst } from './index.ts';

/**
 * The verdict by main's rules, with the table of what the pull request changes of them. Where it changes the agent too, nothing is better than
 * inconclusive, whatever the caller makes of an inconclusive verdict otherwise.
 * @param proposed what the rules that it proposes say of the same change; they can only lead to inconclusive, never to a pass
 */
export function underRules(verdict: Verdict, rules: RuleComparison, proposed?: Proposed): Verdict {
  const changes = weighingFirst(rules.changes);
  const weighing = changes.filter(({ weighs }) => weighs).length;
  if (!rules.withAgent) {
    const alone = rules.agentChanged ? '' : rulesAlone(verdict, weighing);
    return { ...verdict, reason: `${verdict.reason}${alone}`, ruleChanges: changes };
  }
  const exitCode = exitCodes.inconclusive;
  const inconclusive = (reason: string) => ({
    verdict: 'inconclusive' as const,
    cause: 'rules-changed' as const,
    exitCode,
    reason: `${changedTogether(weighing)} ${reason} ${advice}`,
    ruleChanges: changes,
  });
  switch (verdict.verdict) {
    case 'pass': {
      const { basis: _, failingNewCases: __, ...rest } = verdict;
      return { ...rest, ...inconclusive(underBoth(proposed)) };
    }
    case 'waived': {
      const { accusation: _, waiver: __, ...rest } = verdict;
      return { ...rest, ...inconclusive(underBoth(proposed)) };
    }
    case 'regressed': {
      if (!proposed?.passes) return { ...verdict, ruleChanges: changes };
      if (!proposed.elsewhere) return { ...verdict, reason: `${verdict.reason} ${notElsewhere}`, ruleChanges: changes };
      const { accusation: _, ...rest } = verdict;
      return { ...rest, ...inconclusive(`It passes under the rules it proposes; under main's: ${verdict.reason}`) };
    }
    case 'inconclusive':
      return { ...verdict, exitCode, reason: `${verdict.reason} ${changedTogether(weighing)} ${advice}`, ruleChanges: changes };
    default:
      return { ...verdict, ruleChanges: changes };
  }
}

const notElsewhere = 'It would pass under the rules it proposes, but it also got worse in cases that those rules leave as they are.';

function underBoth(proposed: Proposed | undefined): string {
  if (!proposed) return '';
  return proposed.passes
    ? "It passes under main's rules and under those it proposes."
    : `It passes under main's rules, but not under those it proposes: ${proposed.reason}`;
}

const advice =
  'Put the rule changes into a separate pull request that leaves the agent alone and merge it first; this one is then judged by them.';

function changedTogether(weighing: number): string {
  return `This change alters both the agent and ${weighing === 1 ? 'one of the rules that judge it' : `the rules that judge it, in ${weighing} places`}: see the table.`;
}

/** Rules that change alone are merged by whoever reviews them, and the table is what there is to review. */
function rulesAlone({ verdict }: Verdict, weighing: number): string {
  if (weighing === 0 || (verdict !== 'pass' && verdict !== 'waived')) return '';
  return ` The rules changed (${weighing === 1 ? 'one place' : `${weighing} places`}, see the table) but the agent did not; they apply to every later change.`;
}
