import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inTurns, Turns } from '../../contracts/turns.ts';
import { type Comparison, reportSchema } from '../../contracts/verdict.ts';
import { json } from '../../reporters/json.ts';
import { exampleVerdict, largeComparison } from '../../reporters/testing/example-report.ts';
import { readingReport } from './comparison-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'comparison-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(text: string): string {
  const file = join(mkdtempSync(join(folder, 'report-')), 'comparison.json');
  writeFileSync(file, text);
  return file;
}

/** Inputs, texts and answers that look like the lines the reader goes by. */
function hostile(comparison: Comparison): Comparison {
  const looksLikeLines = '\n    ],\n  },\n  {\n ]\n   "candidate": {\n    "trials": [\n\u2028\u001b[31m';
  const [first, second, ...others] = structuredClone(comparison).cases;
  if (!first || !second) throw new Error('two cases are needed');
  const input = { trials: [[], [{}]], baseline: { trials: [1] }, cases: [{}], [looksLikeLines]: looksLikeLines };
  const [trial, ...rest] = first.candidate.trials;
  if (!trial) throw new Error('a trial is needed');
  const changed = { ...trial, detail: looksLikeLines, decision: { trials: [[]], baseline: { trials: [] } } };
  const none = { ...second.baseline, passes: 0, runs: 0, trials: [] };
  return {
    ...comparison,
    cases: [
      { ...first, title: looksLikeLines, input, candidate: { ...first.candidate, trials: [changed, ...rest] } },
      { ...second, baseline: none },
      ...others,
    ],
  };
}

const comparison = largeComparison(5, 3);

test.each([
  ['a comparison', comparison],
  ['one whose texts look like its lines', hostile(comparison)],
  ['one without cases', { ...comparison, cases: [] }],
  ['a verdict', exampleVerdict()],
])('what is read line by line is what is read whole: %s', async (_name, report) => {
  const text = json.render(report);
  const read = await inTurns(readingReport(written(text)), new Turns());
  const whole = reportSchema.parse(JSON.parse(text));
  expect(read).toEqual(whole);
  // Written again, trial by trial, it holds the same.
  expect(read && JSON.parse(json.render(read))).toEqual(JSON.parse(text));
});

test.each([
  ['on one line', JSON.stringify(comparison)],
  ['indented otherwise', JSON.stringify(comparison, null, 2)],
  ['with other line ends', json.render(comparison).replaceAll('\n', '\r\n')],
  ['cut', json.render(comparison).slice(0, -2000)],
  ['with a trial that is none', json.render(comparison).replace('"pass": ', '"passed": ')],
  ['of no report', '{\n "kind": "evaluation",\n "cases": [\n  {\n  }\n ]\n}'],
  ['empty', ''],
])('what is not written so is not taken for it: %s', async (_name, text) => {
  expect(await inTurns(readingReport(written(text)), new Turns())).toBeUndefined();
});
