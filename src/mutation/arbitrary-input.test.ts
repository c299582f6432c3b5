import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Agent } from '../agent/define-agent.ts';
import type { JsonObject } from '../contracts/json.ts';
import { allInputs, arbitraryInput, boundaryInputs, nearBorder } from './arbitrary-input.ts';
import { plainerInputs, plainnessOf } from './plainer-inputs.ts';

function agentOf(input: z.ZodType, more: Partial<Agent> = {}): Agent {
  return { name: 'made', input, ...more } as unknown as Agent;
}

const loan = z.strictObject({ income: z.number().positive(), loan: z.number().positive(), score: z.int().min(300).max(850) });
const affordable = ({ income, loan: amount, score }: JsonObject) => ({
  approved: Number(amount) <= Number(income) * (Number(score) >= 700 ? 3 : 2),
});
const lender = agentOf(loan, { policy: affordable, approvalField: 'approved', boundaries: { score: [700] } });
const inputs = [{ income: 50_000, loan: 120_000, score: 710 }];

describe('inputs made from a schema', () => {
  it.each<readonly [string, z.ZodType, JsonObject]>([
    ['numbers', loan, inputs[0] ?? {}],
    [
      'texts, lists and choices',
      z.strictObject({ name: z.string().min(2).max(5), tags: z.array(z.enum(['a', 'b'])).min(1), ok: z.boolean() }),
      { name: 'abc', tags: ['a'], ok: true },
    ],
    [
      'nested and optional',
      z.strictObject({ who: z.strictObject({ age: z.int().min(0).max(120) }), note: z.string().optional() }),
      { who: { age: 4 } },
    ],
    ['one of several', z.strictObject({ amount: z.union([z.number(), z.null()]) }), { amount: 4 }],
    [
      'a refinement that few meet',
      z.strictObject({ a: z.int().min(0).max(9), b: z.int().min(0).max(9) }).refine(({ a, b }) => a <= b),
      { a: 1, b: 2 },
    ],
    ['a schema that cannot be read', z.custom<JsonObject>((value) => typeof value === 'object'), { anything: 1 }],
  ])('%s: each is one that the agent takes', (_, schema, known) => {
    fc.assert(
      fc.property(arbitraryInput({ agent: agentOf(schema), inputs: [known] }), (input) => {
        expect(schema.safeParse(input).error).toBeUndefined();
      }),
    );
  });

  it('many lie a cent from where the policy changes its mind, on either side', () => {
    const samples = fc.sample(arbitraryInput({ agent: lender, inputs }), { numRuns: 400, seed: 1 });
    const approved = (input: JsonObject, cents: number) => affordable({ ...input, loan: Number(input.loan) + cents / 100 }).approved;
    expect(samples.filter((input) => approved(input, 0) && !approved(input, 2)).length).toBeGreaterThan(15);
    expect(samples.filter((input) => !approved(input, 0) && approved(input, -2)).length).toBeGreaterThan(15);
    for (const score of [699, 700, 701]) expect(samples.filter((input) => input.score === score).length).toBeGreaterThan(10);
  });

  it('a border is found to the cent, and to one where only whole numbers are taken', () => {
    const at = (field: string, side: 'below' | 'above') =>
      nearBorder(lender, { income: 50_000, loan: 120_000, score: 710 }, field, side)[field];
    expect([at('loan', 'below'), at('loan', 'above')]).toEqual([150_000, 150_000.01]);
    expect([at('income', 'below'), at('income', 'above')]).toEqual([39_999.99, 40_000]);
    const score = (side: 'below' | 'above') => nearBorder(lender, { income: 50_000, loan: 120_000, score: 710 }, 'score', side).score;
    expect([score('below'), score('above')]).toEqual([699, 700]);
    expect(nearBorder(lender, { income: 50_000, loan: 20_000, score: 710 }, 'score', 'above').score).toBe(710);
  });

  it('the declared boundaries are tried with each case, whatever luck does', () => {
    expect(boundaryInputs({ agent: lender, inputs }).map(({ score }) => score)).toEqual([710, 699, 700, 701]);
    expect(boundaryInputs({ agent: agentOf(loan, { boundaries: { score: [850] } }), inputs }).map(({ score }) => score)).toEqual([
      710, 849, 850,
    ]);
  });
});

describe('all inputs', () => {
  it.each<readonly [string, z.ZodType, number | undefined]>([
    ['a choice and a yes', z.strictObject({ kind: z.enum(['a', 'b', 'c']), ok: z.boolean() }), 6],
    ['whole numbers within bounds', z.strictObject({ age: z.int().min(1).max(60) }), 60],
    ['an optional field', z.strictObject({ kind: z.literal('a'), ok: z.boolean().optional() }), 3],
    ['a refinement', z.strictObject({ a: z.int().min(0).max(3), b: z.int().min(0).max(3) }).refine(({ a, b }) => a < b), 6],
    ['too many', z.strictObject({ age: z.int().min(1).max(600) }), undefined],
    ['a number', z.strictObject({ share: z.number().min(0).max(1) }), undefined],
    ['a text', z.strictObject({ name: z.string() }), undefined],
    ['fields that nobody names', z.looseObject({ ok: z.boolean() }), undefined],
    ['a whole number without bounds', z.strictObject({ age: z.int() }), undefined],
  ])('%s', (_, schema, many) => {
    expect(allInputs(agentOf(schema), 100)?.length).toBe(many);
  });
});

describe('plainer inputs', () => {
  it('are taken by the agent, and some of an odd input are plainer', () => {
    const odd = { income: 51_234.56, loan: 153_703.68, score: 713 };
    const source = { agent: lender, inputs };
    const plainer = [...plainerInputs(source, odd)];
    for (const input of plainer) expect(loan.safeParse(input).error).toBeUndefined();
    expect(Math.min(...plainer.map((input) => plainnessOf(source, input)))).toBeLessThan(plainnessOf(source, odd));
    // With a plain income the loan at its border is plain too.
    expect(plainer).toContainEqual({ income: 50_000, loan: 150_000, score: 713 });
  });

  it('what no case has anything like counts as less plain than many digits', () => {
    const source = {
      agent: lender,
      inputs: [
        { income: 1000, loan: 10, score: 300 },
        { income: 90_000, loan: 900_000, score: 800 },
      ],
    };
    expect(plainnessOf(source, { income: 0.01, loan: 500, score: 700 })).toBeGreaterThan(
      plainnessOf(source, { income: 12_345, loan: 500, score: 700 }),
    );
  });
});
