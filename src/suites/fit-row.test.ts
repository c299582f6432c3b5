import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { fitRow, type WantedFields } from './fit-row.ts';
import type { SuiteMapping } from './suite-mapping.ts';
import type { SuiteRow } from './suite-row.ts';

function wanted(input: z.ZodType, decision: Readonly<Record<string, z.ZodType>>, more: Partial<WantedFields> = {}): WantedFields {
  const decisionFaults = (found: JsonObject) =>
    Object.entries(found).flatMap(([name, value]) => {
      const schema = Object.hasOwn(decision, name) ? decision[name] : undefined;
      return schema?.safeParse(value).success ? [] : [{ path: [name], message: schema ? 'wrong value' : 'unknown field' }];
    });
  const decides = Object.keys(decision);
  return {
    input: input instanceof z.ZodObject ? Object.keys(input.shape) : [],
    decision: decides,
    free: new Set(decides.filter((name) => decisionFaults({ [name]: 'any text at all' }).length === 0)),
    inputFaults: (found) => input.safeParse(found).error?.issues ?? [],
    decisionFaults,
    ...more,
  };
}

const row = (more: Partial<SuiteRow> & { readonly record?: JsonObject }): SuiteRow => ({
  kind: 'row',
  line: 3,
  record: {},
  notes: [],
  ...more,
});
const fitted = (fields: WantedFields, more: Partial<SuiteRow>, mapping: SuiteMapping = {}) => {
  const done = fitRow(row(more), fields, mapping);
  return done.kind === 'unfit' ? done.reason : { input: done.input, decision: done.decision, notes: done.notes.map(({ what }) => what) };
};

describe('an agent that takes a text and answers one of three', () => {
  const desk = wanted(z.strictObject({ message: z.string() }), { route: z.enum(['approve', 'deny', 'refer']), reason: z.string() });
  const cases: readonly (readonly [string, Partial<SuiteRow>, unknown])[] = [
    [
      'a plain text',
      { input: 'Refund me', expected: 'refer' },
      { input: { message: 'Refund me' }, decision: { route: 'refer' }, notes: [] },
    ],
    [
      'a list of messages',
      {
        input: [
          { role: 'system', content: 'Be kind' },
          { role: 'user', content: 'Refund me' },
        ],
        expected: 'deny',
      },
      { input: { message: 'Refund me' }, decision: { route: 'deny' }, notes: ['other messages of the conversation'] },
    ],
    [
      'an answer in a message',
      { input: 'x', expected: [{ role: 'assistant', content: '{"route":"deny"}' }] },
      { input: { message: 'x' }, decision: { route: 'deny' }, notes: [] },
    ],
    [
      'a text that is a number',
      { input: { message: '12' }, expected: { route: 'deny' }, cells: 'table' },
      { input: { message: '12' }, decision: { route: 'deny' }, notes: [] },
    ],
    ['no label', { input: 'x' }, { input: { message: 'x' }, decision: undefined, notes: [] }],
    [
      'a word that is no outcome, and is not taken for the reason',
      { input: 'x', expected: 'escalate' },
      expect.stringContaining('"escalate", is a value of none of'),
    ],
    [
      'a conversation with several turns',
      {
        input: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
          { role: 'user', content: 'c' },
        ],
      },
      { input: { message: expect.anything() }, decision: undefined, notes: [] },
    ],
  ];
  it.for(cases.slice(0, -1))('%s', ([, more, result]) => expect(fitted(desk, more)).toEqual(result));
  it('a conversation with several turns does not fit a text', () =>
    expect(fitted(desk, cases.at(-1)?.[1] ?? {})).toMatch(/^input\.message: /));
});

describe('an agent with nested input', () => {
  const claims = wanted(
    z.strictObject({
      claim: z.object({ amount: z.number(), day: z.string(), items: z.array(z.string()).optional() }),
      urgent: z.boolean().optional(),
    }),
    { approved: z.boolean(), payout: z.object({ amount: z.number() }), limit: z.number() },
    { approval: 'approved' },
  );

  it('takes the leaves of a table by a mapping', () => {
    const record = { total: '12.50', when: '2026-01-02', parts: '["a","b"]', pay: '10', ok: 'ja', URGENT: 'TRUE' };
    const fields = {
      'input.claim.amount': 'total',
      'input.claim.day': 'when',
      'input.claim.items': 'parts',
      'expected.payout.amount': 'pay',
      'expected.approved': 'ok',
    };
    expect(
      fitted(claims, { fields: record, record, cells: 'table' }, { fields, values: { 'expected.approved': { ja: true, nein: false } } }),
    ).toEqual({
      input: { claim: { amount: 12.5, day: '2026-01-02', items: ['a', 'b'] }, urgent: true },
      decision: { payout: { amount: 10 }, approved: true },
      notes: [],
    });
  });

  it('what one value could be: the approval before other fields, a number where only one has one', () => {
    const input = { claim: { amount: 1, day: 'x' } };
    expect(fitted(claims, { input, expected: 'false' })).toMatchObject({ decision: { approved: false } });
    expect(fitted(claims, { input, expected: 7 })).toMatchObject({ decision: { limit: 7 } });
    expect(fitted(claims, { input, expected: { payout: { amount: 'much' } } })).toBe('expected.payout: wrong value');
  });

  it('says where a value is wrong, and never guesses an input that it has not', () => {
    expect(fitted(claims, { input: { claim: { amount: 'much', day: 'x' } } })).toMatch(/^input\.claim\.amount: /);
    expect(fitted(claims, { input: { amount: 1 } })).toMatch(/^none of "amount" is a field of the agent's input \(claim and urgent\)/);
    expect(fitted(claims, { input: 5 })).toMatch(/^its input is a number/);
    expect(fitted(claims, { record: { a: 1 } }, { input: 'b' })).toBe('it has nothing at "b" (--input)');
  });
});

it('an agent whose schema names no fields takes the input as it is', () => {
  const open = wanted(z.record(z.string(), z.any()), { ok: z.boolean() });
  const input: Record<string, JsonValue> = { anything: [1, { a: null }] };
  expect(fitted(open, { input, expected: true })).toEqual({ input, decision: { ok: true }, notes: [] });
});

it('a number that JSON could not keep stays the text that it is', () => {
  const account = wanted(z.strictObject({ id: z.string() }), { ok: z.boolean() });
  for (const id of ['12345678901234567890', '007', '+49', '1e3', 'true', '[1]'])
    expect(fitted(account, { fields: { id, ok: 'true' }, record: {}, cells: 'table' })).toMatchObject({
      input: { id },
      decision: { ok: true },
    });
});
