import { type Change, changeGroups } from '../../contracts/improvement-plan.ts';
import { caseChanges } from './cases.ts';
import { flowChanges } from './flow.ts';
import { newTools } from './new-tools.ts';
import { promiseOf } from './promise-of.ts';
import { promptChanges } from './prompt.ts';
import type { Evidence, Proposer } from './proposer.ts';
import { schemaChanges } from './schema.ts';
import { toolChanges } from './tools.ts';

/** Who proposes what, by the group of the plan. */
const proposers: { readonly [Group in (typeof changeGroups)[number]]: Proposer } = {
  tools: toolChanges,
  'new-tools': newTools,
  prompt: promptChanges,
  schema: schemaChanges,
  flow: flowChanges,
  cases: caseChanges,
};

/** Changes, the most urgent first, numbered within their priority, each with what it promises. */
export function proposeChanges(evidence: Evidence): Change[] {
  const numbers = new Map<string, number>();
  return changeGroups
    .flatMap((group) => proposers[group](evidence))
    .filter(({ evidence: ids }) => ids.length > 0)
    .toSorted((one, other) => (one.priority < other.priority ? -1 : one.priority > other.priority ? 1 : 0))
    .map((proposal) => {
      const number = (numbers.get(proposal.priority) ?? 0) + 1;
      numbers.set(proposal.priority, number);
      const promise = proposal.group === 'cases' ? undefined : promiseOf(proposal, evidence);
      return { id: `${proposal.priority}-${number}`, ...proposal, ...(promise ? { promise } : {}) };
    });
}
