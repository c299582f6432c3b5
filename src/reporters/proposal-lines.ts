import type { Proposal } from '../contracts/approval.ts';
import type { ReportHead } from '../contracts/verdict.ts';
import { count } from '../text/figures.ts';

/** Most reasons that are listed. */
const mostReasons = 10;

/** The rules that a verdict's pull request proposes together with another agent; undefined where there are none, or nothing hangs on them. */
export function proposalOf(report: ReportHead): Proposal | undefined {
  return report.kind === 'verdict' && 'proposal' in report ? report.proposal : undefined;
}

/** The same as names and values in reading order, for every reporter that draws no tables; empty where there is none. */
export function proposalLines(report: ReportHead): readonly (readonly [name: string, value: string])[] {
  const proposal = proposalOf(report);
  if (!proposal) return [];
  const { rules, byMain, byProposal, next } = proposal;
  return [
    ["by main's rules", byMain],
    ['by the proposed rules', byProposal],
    ['approved by', approversText(proposal)],
    ...reasonsNotCounted(proposal).map((reason) => ['does not count', reason] as const),
    ...next.map((way, index) => [index === 0 ? 'to merge it' : 'or', way] as const),
    ['hash of the rules', rules],
  ];
}

/** `ada, #7 at 0123456789ab`; a maintainer's own word is called that. */
export function approversText({ approvedBy, notCounted }: Proposal): string {
  if (approvedBy.length > 0) return approvedBy.map(approverText).join('; ');
  return notCounted.length > 0 ? 'nobody whose approval counts' : 'nobody yet';
}

/** Why approvals do not count; as many as a reader bears. */
export function reasonsNotCounted({ notCounted }: Proposal): string[] {
  const more = notCounted.length - mostReasons;
  return [...notCounted.slice(0, mostReasons), ...(more > 0 ? [`and ${count(more)} more`] : [])];
}

function approverText({ name, by, pullRequest, commit }: Proposal['approvedBy'][number]): string {
  const place = [pullRequest === undefined ? undefined : `#${pullRequest}`, commit === undefined ? undefined : `at ${commit.slice(0, 12)}`];
  return [name, by === 'self' ? 'self-approved' : undefined, place.filter((part) => part !== undefined).join(' ') || undefined]
    .filter((part) => part !== undefined)
    .join(', ');
}
