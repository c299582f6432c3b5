import { expect, test } from 'vitest';
import type { ReportedCase } from '../../contracts/reported-case.ts';
import { exampleVerdict } from '../../reporters/testing/example-report.ts';
import { accusedDecisions } from './accused-decisions.ts';

const accused = exampleVerdict().cases.find(({ baseline }) => baseline.trials.length > 0) as ReportedCase;

test('what main decided is counted over the transcripts that are here, and says so where the baseline counted more runs', () => {
  const { trials } = accused.baseline;
  const lineOf = (runs: number) => accusedDecisions({ ...accused, baseline: { ...accused.baseline, runs } })[1];
  expect(lineOf(trials.length)).toMatch(new RegExp(`of ${trials.length}(, \\d+ other answers?)?\\)$`));
  expect(lineOf(trials.length + 10)).toMatch(new RegExp(`of ${trials.length} stored here(, \\d+ other answers?)?\\)$`));
});
