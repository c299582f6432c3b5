import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { CaseResult, VersionResult } from '../contracts/evaluation.ts';
import type { Row } from './judge-rows.ts';
import { summarise } from './summary.ts';

/** A case with one trial for each list of codes. */
function caseResult(caseId: string, trials: readonly (readonly string[])[], inconsistent = false): CaseResult {
  const score = (codes: readonly string[], hard: boolean) => ({
    name: 'a',
    pass: codes.length === 0,
    value: 0,
    reason: '',
    hard,
    findings: codes.map((code) => ({ code, message: code })),
  });
  return {
    caseId,
    title: caseId,
    passes: trials.filter((codes) => codes.length === 0).length,
    runs: trials.length,
    trials: trials.map((codes, index) => ({
      number: index + 1,
      pass: codes.length === 0,
      outcome: 'decided',
      scores: [score(codes, true), score(['too-slow'], false)],
      tokens: 1,
      durationMs: 1,
      reused: false,
    })),
    scores: [score(inconsistent ? ['inconsistent'] : [], false)],
    findings: [],
    infraErrors: [],
  };
}

function versionResult(name: string, role: VersionResult['role'], cases: readonly CaseResult[], agreement?: number): VersionResult {
  const trials = cases.flatMap((each) => each.trials);
  const none = { falseApprovals: 0, falseDenials: 0, infraErrors: 0, notRun: 0, tokens: 0, meanDurationMs: 0 };
  return {
    version: { name, fingerprint: 'f', prompt: 'p', toolVariant: 't', model: 'm' },
    role,
    cases: [...cases],
    totals: {
      ...none,
      passes: trials.filter(({ pass }) => pass).length,
      runs: trials.length,
      ...(agreement === undefined ? {} : { agreement }),
    },
  };
}

function row(caseId: string, state: Row['state'] = 'passed', reason = ''): Row {
  return { version: 'v2', caseId, state, reason, reused: true, metadata: undefined };
}

const base = { agent: 'desk', mode: 'simulated' as const, current: 'v2', width: 60, rows: [row('one'), row('two')] };
const passed = { verdict: 'PASS' as const, reason: 'every row passed' };

test('names each fault of each version with its cases, wrong decisions first, how often when not always', () => {
  const older = versionResult(
    'v1/v2',
    'comparison',
    [
      caseResult('one', [['contradiction', 'false-approval'], ['false-approval']], true),
      caseResult('two', [[], ['contradiction']], true),
      caseResult('three-with-a-long-name', [['contradiction'], ['contradiction']]),
    ],
    0.499,
  );
  const current = versionResult('v2', 'current', [caseResult('one', [[], []])], 1);
  const text = stripVTControlCharacters(summarise({ ...base, versions: [older, current], verdict: passed }));
  expect(text).toBe(`
Docket: desk on 2 cases, 2 rows (2 from the store), simulated model

✗ v1/v2 (for comparison only): 1 of 6 trials passed, repeats agree 50 %
    false-approval  one
    contradiction   one (1 of 2), two (1 of 2),
                    three-with-a-long-name
    inconsistent    one, two

✓ v2 (the current version): 2 of 2 trials passed, repeats agree 100 %

PASS  every row passed.
What v1/v2 got wrong is shown for comparison and does not count.
v1/v2 is the prompt of v1 with the tools of v2.
More: npx promptfoo view, or npx docket eval --versions v1/v2,v2`);
});

test('a version that runs without the current one is not called the current one', () => {
  const alone = versionResult('v1', 'current', [caseResult('one', [[]])]);
  expect(summarise({ ...base, versions: [alone], verdict: passed })).toContain('(counts, because v2 did not run)');
});

test('shows the first errors and counts the others', () => {
  const rows = Array.from({ length: 7 }, (_, index) => row(`case-${index}`, 'error', 'first line\nstack'));
  const text = stripVTControlCharacters(summarise({ ...base, rows, versions: [], verdict: { verdict: 'INCOMPLETE', reason: 'errors' } }));
  expect(text).toContain('! 7 errors\n    v2 on case-0: first line\n');
  expect(text).toContain('case-4: first line\n    … and 2 more\n\nINCOMPLETE  errors.');
  expect(text).not.toMatch(/stack|npx docket eval/);
});
