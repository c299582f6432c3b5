import type { ReportHead } from '../contracts/verdict.ts';
import { inertCode, inertMarkdown, markdownTable } from './markdown-text.ts';
import { approversText, proposalOf, reasonsNotCounted } from './proposal-lines.ts';

/** What main's rules and the proposed ones say, and who stands up for them or how it can be merged. Empty where nothing hangs on that. */
export function proposalMarkdown(report: ReportHead): string[] {
  const proposal = proposalOf(report);
  if (!proposal) return [];
  const { byMain, byProposal, next, rules } = proposal;
  const reasons = reasonsNotCounted(proposal);
  return [
    ...markdownTable(
      ['judged by', 'what they say'],
      [
        ["main's rules", inertMarkdown(byMain, 1000)],
        ['the rules it proposes', inertMarkdown(byProposal, 1000)],
      ],
    ),
    '',
    `**Approved by** ${inertMarkdown(approversText(proposal), 1000)}${reasons.length > 0 ? '. What does not count:' : ''}`,
    '',
    ...(reasons.length > 0 ? [...reasons.map((reason) => `- ${inertMarkdown(reason, 500)}`), ''] : []),
    ...(next.length > 0
      ? ['**To merge it**, one of these is enough:', '', ...next.map((way, index) => `${index + 1}. ${inertMarkdown(way, 500)}`), '']
      : []),
    `Hash of the proposed rules: ${inertCode(rules)}`,
    '',
  ];
}
