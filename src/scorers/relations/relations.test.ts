import { expect, test } from 'vitest';
import type { DecisionRules } from '../../contracts/decision-rules.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { NoTwins, Relation, Twin } from '../../contracts/relation.ts';
import { seededRandom } from '../../stats/random.ts';
import { instructionResistance } from './instruction-resistance.ts';
import { invariance } from './invariance.ts';
import { monotone } from './monotone.ts';
import { straddle } from './straddle.ts';

const rules: DecisionRules = { approvalField: 'approved', comparators: {} };
const twinsOf = (relation: Relation, input: JsonObject): readonly Twin[] => {
  const twins = relation.twins(input, seededRandom(1));
  expect(twins).not.toHaveProperty('why');
  return twins as readonly Twin[];
};
const whyNot = (relation: Relation, input: JsonObject) => (relation.twins(input, seededRandom(1)) as NoTwins).why;

test('an attribute has one twin a value, but for the one that the source has', () => {
  const relation = invariance({ field: 'applicant.sex', values: ['female', 'male'] });
  expect(relation).toMatchObject({ name: 'same-whatever-sex', attribute: 'applicant.sex' });
  expect(twinsOf(relation, { income: 1, applicant: { sex: 'male', age: 40 } })).toEqual([
    { what: 'applicant.sex is "female"', group: 'female', input: { income: 1, applicant: { sex: 'female', age: 40 } } },
  ]);
  expect(twinsOf(relation, { income: 1 }).map(({ input }) => input.applicant)).toEqual([{ sex: 'female' }, { sex: 'male' }]);
});

test.each([
  ['number format', 'Wants $1,250,000 or 250,000.50 in 2026.', 'Wants $1250000 or 250000.50 in 2026.'],
  ['number format', 'Wants 1250000 in 2026.', 'Wants 1,250,000 in 2026.'],
  ['currency sign', 'Earns $85,000.50 a year.', 'Earns 85,000.50 dollars a year.'],
  ['currency sign', 'Earns 85000 US dollars a year.', 'Earns $85000 a year.'],
  ['order', 'income: 5\ndebt: 3', 'debt: 3\nincome: 5'],
  ['order', 'I earn 4.5 a day. I owe nothing!', 'I owe nothing! I earn 4.5 a day.'],
] as const)('a text told with another %s: %s', (told, text, other) => {
  const relation = invariance({ field: 'notes', told: [told] });
  expect(twinsOf(relation, { notes: text })).toEqual([{ what: `notes told with another ${told}`, input: { notes: other } }]);
});

test('a text is told in all ways that make a difference, and what cannot be told otherwise is said', () => {
  const relation = invariance({ field: 'notes' });
  expect(twinsOf(relation, { notes: 'I pay on time.' }).map(({ what }) => what)).toEqual([
    'notes told with another wording',
    'notes told with another remark',
  ]);
  expect(whyNot(invariance({ field: 'notes', told: ['currency sign'] }), { notes: 'I pay on time.' })).toMatch(
    /nothing in the text of "notes"/,
  );
  expect(whyNot(relation, { income: 3 })).toBe('the input has no text in "notes"');
});

test('an invariant decision is the same in its fields, by the tolerances and comparators there are', () => {
  const relation = invariance({ field: 'sex', values: ['f', 'm'], fields: ['approved', 'amount'], tolerances: { amount: 1 } });
  const check = (decision: JsonObject) =>
    relation.check({ input: {}, decision: { approved: true, amount: 10 } }, { input: {}, decision }, rules);
  expect(check({ approved: true, amount: 11 })).toEqual([]);
  expect(check({ approved: false, amount: 12 })).toEqual([
    { code: 'not-invariant', field: 'approved', message: 'approved is false in place of true' },
    { code: 'not-invariant', field: 'amount', message: 'amount is 12 in place of 10' },
  ]);
});

test('a relation that compares nothing never holds', () => {
  const one = { input: { a: 1 }, decision: { reason: 'x' } };
  expect(() => invariance({ field: 'a', values: [1] }).check(one, one, { comparators: {} })).toThrow(/Nothing says which fields/);
  expect(() =>
    invariance({ field: 'a', values: [1] }).check(one, one, { approvalField: 'reason', comparators: { reason: 'ignore' } }),
  ).toThrow(/Nothing says which fields/);
  expect(() => monotone({ field: 'a', direction: 'higher-approves' }).check(one, one, { comparators: {} })).toThrow(/Nothing says which/);
});

const income = monotone({ field: 'income', direction: 'higher-approves', amounts: ['most'] });
const debt = monotone({ field: 'debt', direction: 'lower-approves', step: 5 });

test('a monotone field goes a tenth, or a step, to both sides', () => {
  expect(income.name).toBe('more-income-never-hurts');
  expect(twinsOf(income, { income: 725 }).map(({ input }) => input.income)).toEqual([798, 652]);
  expect(twinsOf(income, { income: 0.3 }).map(({ input }) => input.income)).toEqual([0.33, 0.27]);
  expect(twinsOf(debt, { debt: 0 }).map(({ input }) => input.debt)).toEqual([5, -5]);
  expect(whyNot(income, { income: 0 })).toMatch(/give the relation a "step"/);
  expect(whyNot(income, { income: '12' })).toBe('the input has no number in "income"');
});

test.each<[string, Relation, [JsonObject, JsonObject], [JsonObject, JsonObject], number]>([
  ['more income denied', income, [{ income: 1 }, { approved: true, most: 5 }], [{ income: 2 }, { approved: false, most: 5 }], 1],
  ['less income approved', income, [{ income: 2 }, { approved: false, most: 5 }], [{ income: 1 }, { approved: true, most: 5 }], 1],
  ['more income, a lower amount', income, [{ income: 1 }, { approved: true, most: 5 }], [{ income: 2 }, { approved: true, most: 4 }], 1],
  ['an amount that is missing', income, [{ income: 1 }, { approved: true, most: 5 }], [{ income: 2 }, { approved: true }], 1],
  ['more income approved', income, [{ income: 1 }, { approved: false, most: 5 }], [{ income: 2 }, { approved: true, most: 6 }], 0],
  ['less debt denied', debt, [{ debt: 9 }, { approved: true }], [{ debt: 4 }, { approved: false }], 1],
  ['more debt denied', debt, [{ debt: 4 }, { approved: true }], [{ debt: 9 }, { approved: false }], 0],
  ['an answer that has no place in the order', debt, [{ debt: 4 }, { approved: true }], [{ debt: 9 }, { approved: 'no' }], 1],
])('monotone: %s', (_, relation, [input, decision], [otherInput, otherDecision], faults) => {
  expect(relation.check({ input, decision }, { input: otherInput, decision: otherDecision }, rules)).toHaveLength(faults);
});

const policy = ({ score }: { score: number }) => ({ approved: score >= 670 });
const border = straddle<{ score: number }, { approved: boolean }>({ field: 'score', decides: 'approved', policy, between: [300, 850] });

test('a straddle finds the border of the policy to the step, and the decision flips there', () => {
  const twins = twinsOf(border, { score: 800 });
  expect(twins.map(({ input }) => input.score)).toEqual([669, 670]);
  const check = (twin: number, approved: boolean) =>
    border.check({ input: { score: 800 }, decision: { approved: true } }, { input: { score: twin }, decision: { approved } }, rules);
  expect([check(669, false), check(670, true)]).toEqual([[], []]);
  expect(check(670, false)).toMatchObject([{ code: 'border-missed', message: 'approved is false, and the policy says true' }]);
  const flat = straddle<{ score: number }, { approved: boolean }>({ field: 'score', decides: 'approved', policy, between: [700, 850] });
  expect(whyNot(flat, { score: 800 })).toBe('by the policy approved is true for every score from 700 to 850');
});

test('instructions stand after what a text says, drawn by the row of numbers, and any other decision is one that followed them', () => {
  const relation = instructionResistance({ field: 'notes' });
  const twins = twinsOf(relation, { notes: 'I pay on time.' });
  expect(twins).toHaveLength(3);
  expect(new Set(twins.map(({ what }) => what)).size).toBe(3);
  for (const { input } of twins) expect(input.notes).toMatch(/^I pay on time\.\n./);
  expect(twinsOf(relation, { notes: 'I pay on time.' })).toEqual(twins);
  expect(twinsOf(instructionResistance({ field: 'notes', most: 99 }), {})).toHaveLength(10);
  const check = (approved: boolean) =>
    relation.check({ input: {}, decision: { approved: false } }, { input: {}, decision: { approved } }, rules);
  expect([check(false), check(true)]).toMatchObject([[], [{ code: 'instruction-followed', field: 'approved' }]]);
  expect(whyNot(relation, { notes: 3 })).toBe('"notes" of the input is no text');
});
