import type { ApprovalSetting, Proposal } from '../../../contracts/approval.ts';
import { exitCodes } from '../../../contracts/docket-error.ts';
import type { Verdict } from '../../../contracts/verdict.ts';
import { count, counted } from '../../../text/figures.ts';
import type { ApprovalDecision } from '../approval/decide-approval.ts';
import type { ProposedRules } from '../gate-context.ts';
import type { Proposed } from '../judge-proposal.ts';
import { weighingFirst } from './index.ts';

/**
 * The verdict by main's rules, with the table of what the pull request changes of them. Where it changes the agent too, nothing passes without an
 * approval of those rules, whatever the caller makes of an inconclusive verdict otherwise; what fails under both fails whoever approved.
 * @param proposed what the rules that it proposes say of the same change
 */
export function underRules(verdict: Verdict, rules: ProposedRules, proposed?: Proposed): Verdict {
  const changes = weighingFirst(rules.changes);
  const weighing = changes.filter(({ weighs }) => weighs).length;
  const told = { ...verdict, ruleChanges: changes };
  if (!rules.withAgent || !rules.approval) {
    const alone = rules.agentChanged ? '' : rulesAlone(verdict, weighing);
    return withOwnWaiver({ ...told, reason: `${verdict.reason}${alone}` }, rules);
  }
  const { approval } = rules;
  switch (verdict.verdict) {
    case 'pass':
    case 'waived': {
      const { rest, end } = apart(verdict);
      if (proposed && !proposed.passes) {
        const reason = `${changedTogether(weighing)} It passes under main's rules, but not under those it proposes: ${proposed.reason}`;
        return { ...rest, verdict: 'inconclusive', cause: 'rules-changed', exitCode: exitCodes.inconclusive, reason, ruleChanges: changes };
      }
      const proposal = proposalOf(approval, `It passes. ${verdict.reason}`, proposed ? saysPass(proposed) : `It passes. ${verdict.reason}`);
      if (proposal.next.length === 0) {
        const reason = `${verdict.reason} ${changedTogether(weighing)} ${approvedSentence(proposal)}`;
        return { ...rest, ...end, exitCode: exitCodes.pass, reason, proposal, ruleChanges: changes };
      }
      const reason = `${changedTogether(weighing)} It passes under main's rules${proposed ? ' and under those it proposes' : ''}, but nobody has approved them.`;
      return { ...rest, verdict: 'needs-approval', exitCode: exitCodes.needsApproval, reason, proposal, ruleChanges: changes };
    }
    case 'regressed': {
      if (!proposed?.passes) return withOwnWaiver(told, rules);
      if (!proposed.elsewhere) return withOwnWaiver({ ...told, reason: `${verdict.reason} ${notElsewhere}` }, rules);
      const { accusation: _, proposal: __, ...rest } = verdict;
      const proposal = proposalOf(approval, `It fails ${failing(verdict)}. ${verdict.reason}`, saysPass(proposed));
      const both =
        proposed.failing === 0
          ? `It passes under the rules it proposes and fails ${failing(verdict)} under main's.`
          : `It fails ${failing(verdict)} under main's rules; under those it proposes it gets no worse than main's agent, but fails ${ofCases(proposed)}.`;
      if (proposal.next.length === 0) {
        const reason = `${changedTogether(weighing)} ${both} ${approvedSentence(proposal)}`;
        return { ...rest, verdict: 'pass', basis: 'tested', exitCode: exitCodes.pass, reason, proposal, ruleChanges: changes };
      }
      const reason = `${changedTogether(weighing)} ${both} Nobody has approved them.`;
      return { ...rest, verdict: 'needs-approval', exitCode: exitCodes.needsApproval, reason, proposal, ruleChanges: changes };
    }
    case 'inconclusive':
      return {
        ...told,
        exitCode: exitCodes.inconclusive,
        reason: `${verdict.reason} ${changedTogether(weighing)} ${separately}`,
      } as Verdict;
    default:
      return told;
  }
}

const notElsewhere =
  "It would pass under the rules it proposes, but by main's rules it does not pass in the cases that they leave as they are either.";

const separately =
  'Put the rule changes into a separate pull request that leaves the agent alone and merge it first; this one is then judged by them.';

type Green = Extract<Verdict, { readonly verdict: 'pass' | 'waived' }>;

/** A verdict without what only a pass or a waiver says, and that. */
function apart(verdict: Green) {
  const { proposal: _, ...own } = verdict;
  if (own.verdict === 'pass') {
    const { verdict: word, basis, failingNewCases, ...rest } = own;
    return { rest, end: { verdict: word, basis, ...(failingNewCases ? { failingNewCases } : {}) } };
  }
  const { verdict: word, accusation, waiver, ...rest } = own;
  return { rest, end: { verdict: word, accusation, waiver } };
}

/** `5 of 10 cases`; what the suite as a whole is accused of shows in no single one. */
function failing({ cases }: Extract<Verdict, { readonly verdict: 'regressed' }>): string {
  const worse = cases.filter(({ baseline, candidate }) => candidate.passes * baseline.runs < baseline.passes * candidate.runs).length;
  return worse === 0 ? 'as a whole' : ofCases({ failing: worse, cases: cases.length });
}

function ofCases({ failing, cases }: Pick<Proposed, 'failing' | 'cases'>): string {
  return `${count(failing)} of ${counted(cases, 'case')}`;
}

/** To pass is to get no worse, which is not to be right. */
function saysPass(proposed: Proposed): string {
  return `${proposed.failing === 0 ? 'It passes.' : `It gets no worse than main's agent, but fails ${ofCases(proposed)}.`} ${proposed.reason}`;
}

/** A waiver that came with the change covers nothing until somebody approved it, and then it is said who. */
function withOwnWaiver(verdict: Verdict, { approval, changes }: ProposedRules): Verdict {
  const own = changes.some(({ what, after }) => what === 'waiver' && after !== undefined);
  if (!own || !approval) return verdict;
  const approved = approval.approvedBy.length > 0;
  if (verdict.verdict === 'waived' && approved) {
    const proposal = proposalOf(approval, 'It regressed.', 'A waiver that this change adds covers that.');
    return { ...verdict, reason: `${verdict.reason} ${approvedSentence(proposal)}`, proposal };
  }
  if (verdict.verdict !== 'regressed' || approved) return verdict;
  return { ...verdict, proposal: proposalOf(approval, verdict.reason, 'A waiver that this change adds may cover that.') };
}

function proposalOf(approval: ApprovalDecision, byMain: string, byProposal: string): Proposal {
  const { rules, setting, approvedBy, notCounted } = approval;
  const said = { rules, setting, byMain, byProposal, approvedBy: [...approvedBy], notCounted: [...notCounted] };
  return { ...said, next: approvedBy.length > 0 ? [] : waysToMerge(setting) };
}

function waysToMerge(setting: ApprovalSetting): string[] {
  return [
    'Another person with write access, who wrote no commit of it, approves the pull request. A later commit that leaves the proposed rules as they are does not void that.',
    ...(setting === 'maintainer'
      ? ['A maintainer confirms the hash of the rules (on GitHub: Actions, Docket approval, Run workflow). It is shown as self-approved.']
      : []),
    'The rules are merged first, in a pull request of their own that leaves the agent alone; this one is then judged by them.',
  ];
}

/** `The rules were approved by ada (#7 at 0123456789ab).` */
function approvedSentence({ approvedBy }: Proposal): string {
  const names = approvedBy.map(({ name, by, pullRequest, commit }) => {
    const place = [pullRequest && `#${pullRequest}`, commit && `at ${commit.slice(0, 12)}`].filter(Boolean).join(' ');
    return `${name}${by === 'self' ? ', self-approved' : ''}${place && ` (${place})`}`;
  });
  return `The rules were approved by ${[...new Set(names)].join(' and ')}.`;
}

function changedTogether(weighing: number): string {
  return `This change alters both the agent and ${weighing === 1 ? 'one of the rules that judge it' : `the rules that judge it, in ${count(weighing)} places`}: see the table.`;
}

/** Rules that change alone are merged by whoever reviews them, and the table is what there is to review. */
function rulesAlone({ verdict }: Verdict, weighing: number): string {
  if (weighing === 0 || (verdict !== 'pass' && verdict !== 'waived')) return '';
  return ` The rules changed (${weighing === 1 ? 'one place' : `${weighing} places`}, see the table) but the agent did not; they apply to every later change.`;
}
