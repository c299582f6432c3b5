import { expect, test } from 'vitest';
import { type Course, loanOf, loanTrial } from '../testing/loan-trials.ts';
import { alignTrials } from './align-steps.ts';

const loan = loanOf(28_000, 2000, 790, 150_000);
const trial = (course: Course, number = 1) => loanTrial(loan, { number, course, purpose: 'screen', series: 's' });

test('two trials that did the same have no divergence, whatever their times and call ids', () => {
  const { rows, divergence } = alignTrials(trial('right', 1), trial('right', 2));
  expect(rows).toHaveLength(6);
  expect(divergence).toBeUndefined();
});

test('the same tools and another decision part at the decision', () => {
  const { rows, divergence } = alignTrials(trial('right'), trial('lenient'));
  expect(divergence).toBe(5);
  expect(rows[5]?.differs).toEqual(['decision']);
});

test('a tool that was not called is the first divergence, and what follows stays aligned', () => {
  const { rows, divergence } = alignTrials(trial('right'), trial('guess'));
  expect(rows.map(({ baseline, candidate }) => [baseline?.kind, candidate?.kind])).toEqual([
    ['model', 'model'],
    ['tool', 'tool'],
    ['tool', 'tool'],
    ['tool', undefined],
    ['model', 'model'],
    ['end', 'end'],
  ]);
  expect(divergence).toBe(3);
});

test('another result of a tool is a divergence; another wording is none', () => {
  const one = trial('right');
  const changed = structuredClone(one);
  for (const step of changed.transcript?.steps ?? [])
    if (step.kind === 'tool-call' && step.tool === 'credit_risk') step.result += ' (stale)';
  expect(alignTrials(one, changed).divergence).toBe(2);
  const reworded = structuredClone(one);
  const first = reworded.transcript?.steps[0];
  if (first?.kind === 'model-call') first.content.push({ type: 'text', text: 'Let me see.' });
  expect(alignTrials(one, reworded)).toMatchObject({ divergence: undefined, rows: [{ differs: ['wording'] }, {}, {}, {}, {}, {}] });
});
