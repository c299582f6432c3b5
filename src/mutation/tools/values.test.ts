import { describe, expect, it } from 'vitest';
import type { MutationPlace } from '../../agent/mutator.ts';
import type { Version } from '../../agent/version.ts';
import { mutators } from '../mutators.ts';
import { amountOf, valuesIn } from './values.ts';

const dti = 'Existing monthly debt: $1,000.00\nProposed payment: $1,696.97 (30-year fixed at 7.2%)\nPost-loan DTI: 38.07%';

describe('numbers in a result', () => {
  it.each<readonly [result: string, values: readonly (readonly [text: string, label: string, amount: number])[]]>([
    [
      dti,
      [
        ['$1,000.00', 'Existing monthly debt', 1000],
        ['$1,696.97', 'Proposed payment', 1696.97],
        ['7.2%', 'fixed at', 7.2],
        ['38.07%', 'Post-loan DTI', 38.07],
      ],
    ],
    [
      'Score 745: Good. Max DTI: 40%.',
      [
        ['745', 'Score', 745],
        ['40%', 'Max DTI', 40],
      ],
    ],
    ['{"score": 12, "tier": "B2"}', [['12', 'score', 12]]],
    ['Balance: -3,500', [['-3,500', 'Balance', -3500]]],
    [
      'Sizes 1, 2 and 3.',
      [
        ['1', 'Sizes', 1],
        ['2', 'Sizes', 2],
        ['3', 'Sizes and', 3],
      ],
    ],
    ['nothing here, v2 and x1', []],
  ])('%j', (result, values) => {
    expect(valuesIn(result).map((value) => [value.text, value.label, amountOf(value)])).toEqual(values);
  });
});

/** What a mutator makes of a tool that says this, for each of its mutants. */
async function said(name: string, result: string, other = result): Promise<(string | Error)[]> {
  const tool = { source: 'file:///tool.ts', run: (_: object, input: { other?: boolean }) => (input.other ? other : result) };
  const version = { toolVariant: { tools: new Map([['tool', tool]]), definitions: [], inputSchemas: new Map() } } as unknown as Version;
  const place = { version, inputs: [{}], toolResults: new Map([['tool', { toolInput: {}, result }]]) } as unknown as MutationPlace;
  const planted = mutators.find((each) => each.name === name)?.plant(place) ?? [];
  return Promise.all(
    planted.map(async (mutant) => {
      try {
        return (await mutant.version?.toolVariant.tools.get('tool')?.run({}, { other: true })) ?? '';
      } catch (error) {
        return error as Error;
      }
    }),
  );
}

describe('faults of results', () => {
  it.each<readonly [name: string, result: string, mutants: readonly string[]]>([
    ['off-by-one', 'Max DTI: 40%. Loan: $9,999.50', ['Max DTI: 41%. Loan: $9,999.50', 'Max DTI: 40%. Loan: $10,000.50']],
    ['one-too-low', 'Zero: 0. Rate: 6.5%', ['Zero: -1. Rate: 6.5%', 'Zero: 0. Rate: 5.5%']],
    ['left-out', 'Score 745, max 40%', ['Score n/a, max 40%', 'Score 745, max n/a']],
    ['swapped', 'a $1.00, b 7%, c $2,000, d 7%', ['a $2000.00, b 7%, c $2,000, d 7%'.replace('$2000.00', '$2,000.00')]],
    ['unit', 'a $12.50, b 7.2%, c 300', ['a $1,250.00, b 7.2%, c 300', 'a $12.50, b 0.072, c 300', 'a $12.50, b 7.2%, c 0.3']],
    ['empty-result', 'a', ['']],
  ])('%s', async (name, result, mutants) => {
    expect(await said(name, result)).toEqual(mutants);
  });

  it('errors are thrown, stale results are those of the first input, and a result without the number stays as it is', async () => {
    expect(await said('tool-error', 'a 1')).toEqual([new Error('internal error')]);
    expect(await said('tool-timeout', 'a 1')).toEqual([new Error('timed out after 30 s')]);
    expect(await said('stale', 'a 1', 'a 2')).toEqual(['a 1']);
    expect(await said('off-by-one', 'a 1', 'none')).toEqual(['none']);
    expect(await said('off-by-one', 'no number')).toEqual([]);
  });
});
