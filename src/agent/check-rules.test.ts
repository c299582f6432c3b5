import { expect, test } from 'vitest';
import type { DecisionRules } from '../contracts/decision-rules.ts';
import type { TrialScorer } from '../contracts/scorer.ts';
import { type Agent, defineAgent } from './define-agent.ts';
import { rulesOf } from './rules-of.ts';
import { refundDesk } from './testing/refund-desk.ts';

const desk = refundDesk();
const variant = desk.toolVariants.plain as NonNullable<typeof desk.toolVariants.plain>;
/** A scorer that compares decisions, and was told this of them. */
const comparing = (rules: Partial<DecisionRules> = {}): TrialScorer => ({
  scope: 'trial',
  name: 'comparing',
  comparesDecisions: true,
  rules: { comparators: {}, ...rules },
  fields: rules.approvalField === undefined ? [] : [rules.approvalField],
  score: () => undefined,
});
const threeWay = {
  type: 'object',
  properties: {
    route: { enum: ['approve', 'deny', 'refer'] },
    note: { type: 'string' },
    payout: { type: 'object', properties: { amount: { type: 'number' }, due: { type: 'string' } } },
    items: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
  },
};
const claims: Agent = { ...desk, toolVariants: { plain: { ...variant, decisionJsonSchema: threeWay } }, approvalField: 'route' };

test.each<readonly [string, Partial<Agent> | Record<string, unknown>, string]>([
  [
    'a misspelt approvalField',
    { approvalField: 'rout' },
    '"approvalField" names the decision field "rout", which no decision has. Did you mean "route"?',
  ],
  ['one of the scorer', { approvalField: undefined, scorers: [comparing({ approvalField: 'ruote' })] }, 'Did you mean "route"?'],
  [
    'none at all',
    { approvalField: undefined, scorers: [comparing()] },
    'nothing says which field says what was decided. Add approvalField',
  ],
  [
    'two different ones',
    { scorers: [comparing({ approvalField: 'note' })] },
    '"approvalField" is "route", and the scorer "comparing" was given "note"',
  ],
  ['an unknown comparator', { compare: { note: 'fuzzy' } }, 'compare["note"] is "fuzzy", which is no comparator. Expected one of: "exact"'],
  [
    'a comparator of no field',
    { compare: { paiout: 'money' } },
    'compare["paiout"] names the decision field "paiout", which no decision has. Did you mean "payout"?',
  ],
  ['of no field within a field', { compare: { 'payout.amuont': 'money' } }, 'compare["payout.amuont"] names the decision field'],
  ['a tolerance on text', { compare: { note: { tolerance: 1 } } }, 'compare["note"] has a tolerance, but the field is text'],
  ['a tolerance on a choice', { compare: { route: { tolerance: 1 } } }, 'but the field is text'],
  ['a tolerance on text within a field', { compare: { 'payout.due': { tolerance: 1 } } }, 'but the field is text'],
  ['a tolerance on text of every item', { compare: { 'items.*.name': { tolerance: 1 } } }, 'but the field is text'],
  ['NaN', { compare: { 'payout.amount': { tolerance: Number.NaN } } }, 'has the tolerance NaN'],
  ['an async comparator', { compare: { note: async () => true } }, 'compare["note"] is an async function'],
  ['a list of comparators', { compare: ['set'] }, '"compare" is no object of comparators by field'],
  [
    'harm of a value that is none',
    { harm: [{ expected: 'deny', decided: 'aprove' }] },
    'harm 1 of 1: decided is "aprove", which route cannot be. Did you mean "approve"?',
  ],
  ['harm without what was right', { harm: [{ decided: 'approve' }] }, 'harm 1 of 1: expected: '],
  ['harm of another key', { harm: [{ expected: 'deny', decided: 'approve', wieght: 2 }] }, 'harm 1 of 1: '],
  ['harm of no weight', { harm: [{ expected: 'deny', decided: 'approve', weight: 0 }] }, 'harm 1 of 1: weight: '],
  ['harm alone', { harm: { expected: 'deny', decided: 'approve' } }, '"harm" is no list of {expected, decided, weight}'],
])('%s is refused, and says what was probably meant', (_, change, message) => {
  expect(() => defineAgent({ ...claims, ...change } as Agent)).toThrow(message);
});

test('what the agent and its scorer say of decisions is one', () => {
  const agent = defineAgent({
    ...claims,
    compare: { 'payout.amount': 'money', note: 'ignore' },
    harm: [{ expected: 'deny', decided: 'approve' }],
    scorers: [comparing({ comparators: { payout: { tolerance: 1 } } })],
  } as Agent);
  expect(rulesOf(agent)).toEqual({
    approvalField: 'route',
    comparators: { 'payout.amount': 'money', note: 'ignore', payout: { tolerance: 1 } },
    harm: [{ expected: 'deny', decided: 'approve' }],
  });
});

test('the only yes/no field says what was decided where nobody else does', () => {
  expect(rulesOf(desk).approvalField).toBe('approved');
});
