import type { Proposal, Proposer } from './proposer.ts';

/** What is done around the model: a check before a decision is used, and calls that need not wait. */
export const flowChanges: Proposer = ({ of, problems }) => {
  const wrong = problems.filter(({ detector }) =>
    ['against-policy', 'against-reasoning', 'wrong-source', 'tool-result-ignored'].includes(detector),
  );
  const fields = [...new Set(wrong.flatMap(({ about }) => about.field ?? []))];
  const check: Proposal[] =
    wrong.length === 0 || !of.agent.hasPolicy
      ? []
      : [
          {
            priority: 'P1',
            group: 'flow',
            what: 'Check every decision against the policy before it is used',
            target: 'validate-decision',
            before: '',
            after: `After the model has answered: ${fields.length > 0 ? `hold ${fields.join(', ')} against the policy, and ` : ''}read its reasoning against its fields; use no decision that fails, and hand it to a person.`,
            literal: false,
            evidence: wrong.map(({ id }) => id),
          },
        ];
  const slow = problems.filter(({ id }) => id === 'wasted-calls/one-after-another' || id === 'wasted-calls/repeated');
  return [
    ...check,
    ...slow.map(
      ({ id, what, because }): Proposal => ({
        priority: 'P2',
        group: 'flow',
        what: id.endsWith('repeated') ? 'Ask each tool once' : 'Ask for all tools in one turn',
        target: 'tool calls',
        before: what,
        after: `${because} Say so in the prompt, or call the tools before the model is asked.`,
        literal: false,
        evidence: [id],
      }),
    ),
  ];
};
