import type { Proposal } from '../contracts/approval.ts';
import type { ReportHead } from '../contracts/verdict.ts';

/** Most reasons that are listed. */
const mostReasons = 10;

/** The rules that a verdict's pull request proposes, as names and values in reading order; every reporter draws this. Empty where none matter. */
export function proposalLines(report: ReportHead): readonly (readonly [name: string, value: string])[] {
  if (report.kind !== 'verdict' || !('proposal' in report) || !report.proposal) return [];
  const { rules, byMain, byProposal, approvedBy, notCounted, next } = report.proposal;
  const more = notCounted.length - mostReasons;
  return [
    ["by main's rules", byMain],
    ['by the proposed rules', byProposal],
    ['approved by', approvedBy.length === 0 ? 'nobody whose approval counts' : approvedBy.map(approverText).join('; ')],
    ...notCounted.slice(0, mostReasons).map((reason) => ['does not count', reason] as const),
    ...(more > 0 ? [['does not count', `and ${more} more`] as const] : []),
    ['hash of the rules', rules],
    ...(next === undefined ? [] : [['next', next] as const]),
  ];
}

/** `ada, #7 at 0123456789ab`; a maintainer's own word is called that. */
function approverText({ name, by, pullRequest, commit }: Proposal['approvedBy'][number]): string {
  const place = [pullRequest === undefined ? undefined : `#${pullRequest}`, commit === undefined ? undefined : `at ${commit.slice(0, 12)}`];
  return [name, by === 'self' ? 'self-approved' : undefined, place.filter((part) => part !== undefined).join(' ') || undefined]
    .filter((part) => part !== undefined)
    .join(', ');
}
