import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../contracts/json.ts';
import type { RunEvidence, TrialEvidence } from '../contracts/scorer.ts';
import { numbersIn } from '../text/numbers-in.ts';
import { statedGround } from './stated-ground.ts';
import { tracedNumbers } from './traced-numbers.ts';

test.for<[string, [number, string, number][]]>([
  ['It is 1,234.50 dollars', [[1234.5, 'money', 0.01]]],
  [
    '$250k and 1.4 million',
    [
      [250_000, 'money', 1000],
      [1_400_000, 'plain', 100_000],
    ],
  ],
  [
    '36%, 7.25 percent, 3 percentage points',
    [
      [36, 'percent', 1],
      [7.25, 'percent', 0.01],
      [3, 'percent', 1],
    ],
  ],
  ['about $2,300', [[2300, 'money', 100]]],
  ['v2, the 15th, a1b2, x3', []],
  [
    '580-620',
    [
      [580, 'plain', 1],
      [620, 'plain', 1],
    ],
  ],
  [
    '5.4 times, 3x',
    [
      [5.4, 'times', 0.1],
      [3, 'times', 1],
    ],
  ],
  [
    // A list, or one and two tenths.
    '1,2 and 3',
    [[3, 'plain', 1]],
  ],
  ['1\u00A0234', [[1234, 'plain', 1]]],
])('the numbers of "%s"', ([text, expected]) => {
  expect(numbersIn(text).map(({ value, kind, step }) => [value, kind, step])).toEqual(
    expected.map(([value, kind, step]) => [value, kind, expect.closeTo(step, 10)]),
  );
});

const usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };

function evidence(input: JsonObject, decision: JsonObject, result = ''): TrialEvidence {
  const steps = [{ kind: 'tool-call' as const, id: 'i', tool: 't', input: {}, result, isError: false, durationMs: 0 }];
  const trial: RunEvidence = {
    mode: 'live',
    outcome: { kind: 'decided', decision },
    transcript: { userMessage: '', steps },
    usage,
    durationMs: 0,
  };
  return { case: {} as never, input, trial, tools: [], decisionFields: undefined, dollars: undefined };
}

test('whatever a tool gives may be said, rounded in any way; what nothing gives may not', () => {
  const scorer = tracedNumbers();
  const passes = (given: number, said: string) => scorer.score(evidence({}, { reasoning: `It is ${said}.` }, `Amount: $${given}`))?.pass;
  fc.assert(
    fc.property(fc.integer({ min: 1_100_000, max: 99_000_000 }), fc.integer({ min: 0, max: 2 }), (cents, decimals) => {
      const amount = cents / 100;
      const said = amount.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      const other = (amount * 1.37).toLocaleString('en-US', { maximumFractionDigits: 0 });
      return passes(amount, `$${said}`) === true && passes(amount, `$${other}`) === false;
    }),
  );
});

test('it looks at the field that it is told, and only at decisions that have one', () => {
  const scorer = tracedNumbers({ field: 'why', hard: false });
  expect(scorer.score(evidence({}, { reasoning: '77' }))).toBeUndefined();
  expect(scorer.score(evidence({}, { why: '77' }))).toMatchObject({ pass: false, hard: false, findings: [{ code: 'untraced-number' }] });
  // A number is not its own source.
  expect(scorer.score(evidence({}, { why: '77', amount: 77 }))).toMatchObject({ pass: true });
});

test("a policy's ground without words is a fault of the scorer, and not of the agent", () => {
  const scorer = statedGround({ when: () => true, policy: () => ['age'], grounds: { income: [/income/] } });
  expect(() => scorer.score(evidence({}, { reasoning: 'income' }))).toThrow('the policy\'s ground "age" is none of: income');
});

test('reasons of 31 MB are judged in a moment, and what nobody read of a denial is no pass', { timeout: 20_000 }, () => {
  const scorer = statedGround({
    when: ({ approved }) => approved === false,
    policy: () => ['income'],
    grounds: { income: [/income/], age: [/age/] },
  });
  const long = `The income is too low. ${'A long reason, and not a ground. '.repeat(950_000)}The applicant's age counts against it.`;
  const startedAt = performance.now();
  expect(scorer.score(evidence({}, { approved: true, reasoning: long }))).toBeUndefined();
  expect(scorer.score(evidence({}, { approved: false, reasoning: long }))).toMatchObject({
    pass: false,
    findings: [{ code: 'unread-ground', message: expect.stringContaining('only the first 100,000 were read') }],
  });
  expect(tracedNumbers().score(evidence({}, { reasoning: long }))).toBeDefined();
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  expect(scorer.score(evidence({}, { approved: false, reasoning: long.slice(0, 100_000) }))).toMatchObject({ pass: true });
});
