import { expect, test } from 'vitest';
import type { Scorer } from '../contracts/scorer.ts';
import { parseConfig } from './config.ts';
import { type Agent, defineAgent } from './define-agent.ts';
import { refundDesk } from './testing/refund-desk.ts';

const sound = { scope: 'trial', name: 'fair', score: () => undefined } as const;

test.each<readonly [string, unknown, string]>([
  ['an async generator', [{ ...sound, async *score() {} }], 'the scorer "fair" (/desk/scorers.ts) is a generator function.'],
  [
    'one that compares decisions, and not at once',
    [{ ...sound, comparesDecisions: true, score: async () => undefined }],
    'is an async function and compares decisions',
  ],
  ['a generator', [{ ...sound, *score() {} }], 'is a generator function'],
  ['a scope that is none', [{ ...sound, scope: 'trials' }], 'has the scope "trials", so it would never be asked'],
  ['no scope', [{ name: 'fair', score: () => undefined }], 'has the scope undefined'],
  ['no function', [{ ...sound, score: { pass: true } }], 'has no function "score"'],
  ['no name', [sound, { ...sound, name: ' ' }], 'scorer 2 of 2 is an object without a name'],
  ['a function alone', [() => true], 'scorer 1 of 1 is a function'],
  ['a promised scorer', [Promise.resolve(sound)], 'scorer 1 of 1 is a promise'],
  ['a promised list', Promise.resolve([sound]), '"scorers" is a promise'],
  ['a name twice', [sound, sound], 'two scorers are called "fair"'],
  [
    'a need that is none',
    [{ ...sound, needs: ['labels'] }],
    'the scorer "fair" (/desk/scorers.ts) has needs: ["labels"]. Expected a list of "input" and',
  ],
  ['a need that is no list', [{ ...sound, needs: 'input' }], 'has needs: "input"'],
  ['needs of null', [{ ...sound, needs: null }], 'has needs: null'],
  [
    'two that compare decisions',
    [
      { ...sound, comparesDecisions: true },
      { ...sound, name: 'other', comparesDecisions: true },
    ],
    'the scorer "other" (/desk/scorers.ts) and the scorer "fair" both have comparesDecisions: true',
  ],
  [
    'one of repeats that compares decisions',
    [{ ...sound, scope: 'case', comparesDecisions: true }],
    'compares decisions, and has the scope "case"',
  ],
])('%s is refused by name, where an agent is defined and where one comes in with a configuration', (_, scorers, message) => {
  const agent = { ...refundDesk(), scorers: scorers as readonly Scorer[], scorersSource: 'file:///desk/scorers.ts' };
  expect(() => defineAgent(agent)).toThrow(message);
  expect(() => parseConfig({ agent, cases: 'cases', current: 'v1' }, 'docket.config.ts')).toThrow(message);
});

const holds = { name: 'fair', kind: 'invariance', twins: () => [], check: () => [] } as const;

test.each<readonly [string, unknown, string]>([
  ['no list', holds, '"relations" is no list'],
  ['no relation at all', [null], 'relation 1 of 1 has no name'],
  ['a name that is none', [{ ...holds, name: 'Fair one' }], 'relation 1 of 1 has the name "Fair one"'],
  ['a name twice', [holds, { ...holds }], 'the relation "fair" has the name of another relation or of a scorer'],
  ['an unknown kind', [{ ...holds, kind: 'same' }], 'has the kind "same". Expected one of: invariance, monotone, straddle, resistance'],
  ['no function', [{ ...holds, check: undefined }], 'lacks a function'],
  ['a decision field that there is not', [{ ...holds, fields: ['aproved'] }], 'names the decision field "aproved", which no decision has'],
])('a relation that is none is refused: %s', (_, relations, message) => {
  const agent = { ...refundDesk(), relations } as Agent;
  expect(() => defineAgent(agent)).toThrow(message);
  expect(() => parseConfig({ agent, cases: 'cases', current: 'v1' }, 'docket.config.ts')).toThrow(message);
});

test('a relation may not have the name of a scorer', () => {
  expect(() => defineAgent({ ...refundDesk(), scorers: [sound], relations: [holds] })).toThrow('or of a scorer');
});

test.each<readonly [string, Partial<Agent>, string]>([
  [
    'approvalField',
    { approvalField: 'aproved' },
    '"approvalField" names the decision field "aproved", which no decision has. Did you mean "approved"?',
  ],
  ['a field of another case', { scorers: [{ ...sound, fields: ['Approved'] }] }, 'the scorer "fair" names the decision field "Approved"'],
  ['one of several', { scorers: [{ ...sound, fields: ['approved', 'amuont'] }] }, '"amuont"'],
  ['a name of the language', { scorers: [{ ...sound, scope: 'case', fields: ['constructor'] }] }, '"constructor"'],
])('a misspelt decision field is refused: %s', (_, change, message) => {
  const agent = { ...refundDesk(), ...change };
  expect(() => defineAgent(agent)).toThrow(message);
  expect(() => parseConfig({ agent, cases: 'cases', current: 'v1' }, 'docket.config.ts')).toThrow(message);
});

test('where a decision names no field at all, nothing can be said of one', () => {
  const { toolVariants, ...desk } = refundDesk();
  const open = { plain: { ...(toolVariants.plain as NonNullable<typeof toolVariants.plain>), decisionJsonSchema: { type: 'object' } } };
  expect(defineAgent({ ...desk, toolVariants: open, approvalField: 'anything' }).approvalField).toBe('anything');
});

test('a scorer may answer later', () => {
  expect(defineAgent({ ...refundDesk(), scorers: [{ ...sound, score: async () => undefined }] }).scorers).toHaveLength(1);
});

test('a scorer that is a class, and one that judges repeats, are scorers', () => {
  class Fair {
    readonly scope = 'case';
    readonly name = 'class';
    score() {
      return undefined;
    }
  }
  expect(defineAgent({ ...refundDesk(), scorers: [sound, new Fair()] }).scorers).toHaveLength(2);
});
