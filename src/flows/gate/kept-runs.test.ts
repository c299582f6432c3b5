import { expect, it } from 'vitest';
import type { ReportedTrial } from '../../contracts/reported-case.ts';
import { tinyTrial } from '../../trials/testing/tiny-agent.ts';
import { reportedTrial } from '../reported-trial.ts';
import { KeptRuns, RunShelves } from './kept-runs.ts';

function run(number: number, purpose: ReportedTrial['purpose'], pass: boolean, dollars?: number) {
  const trial = tinyTrial({ number });
  return { trial, reported: reportedTrial(trial, { pass, scores: [], dollars }, purpose) };
}

it('gives runs back as they were, in the order in which they came, and holds none of them', () => {
  const runs = [run(3, 'confirm', true), run(1, 'screen', false, 0.5), run(2, 'screen', true)];
  const kept = new KeptRuns(new RunShelves(':memory:'));
  for (const each of runs) kept.add(each);
  const read = [...kept];
  expect(read.map(({ trial, reported }) => ({ trial, reported: { ...reported } }))).toEqual(runs);
  expect(JSON.stringify(read.map(({ reported }) => reported))).toBe(JSON.stringify(runs.map(({ reported }) => reported)));
  expect(read[0]?.trial).not.toBe(runs[0]?.trial);
  expect(read[0]?.trial).not.toBe(read[0]?.trial);
});

it('counts them as they come, each purpose by itself', () => {
  const kept = new KeptRuns(new RunShelves(':memory:'));
  for (const each of [run(1, 'screen', true, 0.25), run(2, 'screen', false), run(3, 'retry', true, 0.5)]) kept.add(each);
  expect(kept.counts()).toMatchObject({ passes: 2, runs: 3 });
  expect(kept.counts((purpose) => purpose === 'screen')).toMatchObject({ passes: 1, runs: 2 });
  expect(kept).toMatchObject({ length: 3, dollars: 0.75, priced: 2, standIns: 3, standIn: 'simulated', models: ['simulated'] });
});
