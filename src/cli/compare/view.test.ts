import { expect, test } from 'vitest';
import type { Evaluation } from '../../contracts/evaluation.ts';
import { largeComparison } from '../../reporters/testing/example-report.ts';
import { sentenceOf } from '../../reporters/words.ts';
import type { Output } from '../terminal/terminal.ts';
import { comparisonJson } from './json.ts';
import { comparisonLines } from './view.ts';

const output: Output = { columns: 160, live: false, style: (_, text) => text, line: () => undefined, raw: () => undefined };

test('terminal, page and JSON count a thousand cases alike', () => {
  // Every tenth case of largeComparison got worse.
  const comparison = largeComparison(1200, 2);
  const evaluation: Evaluation = {
    kind: 'evaluation',
    mode: comparison.mode,
    agent: comparison.agent,
    current: 'v2',
    trialsPerCase: 1,
    versions: [],
    trials: { run: 0, reused: 2400, failed: 0 },
  };
  const [, headline] = comparisonLines(comparison, evaluation, output);
  expect(headline).toBe(' main → pull request · 1,200 cases · simulated model · ↓ 120 worse, = 1,080 same');
  expect(sentenceOf(comparison, comparison.cases)).toMatch(/^120 worse, 1,080 same\. /);
  expect(comparisonJson(comparison).counts).toEqual({ worse: 120, same: 1080 });
});
