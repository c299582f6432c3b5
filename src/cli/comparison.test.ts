import { describe, expect, it } from 'vitest';
import type { CaseResult, Evaluation, VersionResult } from '../contracts/evaluation.ts';
import type { JsonObject } from '../contracts/json.ts';
import { compareVersions } from './comparison.ts';

/** One trial a decision; it passes when it is approved. */
function caseResult(caseId: string, decisions: readonly JsonObject[]): CaseResult {
  const trials = decisions.map((decision, index) => ({
    number: index + 1,
    pass: decision.approved === true,
    outcome: 'decided' as const,
    decision,
    scores: [],
    tokens: 1,
    durationMs: 1,
    reused: false,
  }));
  const passes = trials.filter(({ pass }) => pass).length;
  return { caseId, title: caseId, passes, runs: trials.length, trials, scores: [], findings: [], infraErrors: [] };
}

function versionResult(name: string, cases: CaseResult[]): VersionResult {
  const totals = { passes: 0, runs: 0, falseApprovals: 0, falseDenials: 0, infraErrors: 0, notRun: 0, tokens: 0, meanDurationMs: 0 };
  const version = { name, fingerprint: 'f'.repeat(64), prompt: name, toolVariant: name, model: 'm' };
  return { version, role: 'comparison', cases, totals };
}

function evaluation(from: CaseResult[], to: CaseResult[]): Evaluation {
  return {
    kind: 'evaluation',
    mode: 'simulated',
    agent: 'a',
    current: 'two',
    trialsPerCase: 2,
    versions: [versionResult('one', from), versionResult('two', to)],
    trials: { run: 0, reused: 0, failed: 0 },
  };
}

const yes = { approved: true, loan: 1, reason: 'a' };
const no = { approved: false, loan: 1, reason: 'b' };

describe('compareVersions', () => {
  it('names what became of each case, worst first', () => {
    const compared = compareVersions(
      evaluation(
        [
          caseResult('a', [yes, yes]),
          caseResult('b', [no, no]),
          caseResult('c', [yes, yes]),
          caseResult('d', [no, no]),
          caseResult('e', [yes, yes]),
        ],
        [
          caseResult('a', [yes, yes]),
          caseResult('b', [yes, yes]),
          caseResult('c', [yes, no]),
          caseResult('d', [yes, no]),
          caseResult('e', [yes]),
        ],
      ),
    );
    expect(compared.cases.map(({ caseId, change }) => `${caseId} ${change}`)).toEqual([
      'c broken',
      'b fixed',
      'd changed',
      'e incomplete',
      'a same',
    ]);
    expect(compared.counts).toEqual({ broken: 1, fixed: 1, changed: 1, incomplete: 1, same: 1 });
  });

  it('shows the fields whose values differ, and leaves out prose and fields that only one version has', () => {
    const prose = (text: string) => `${text} because the figures of the applicant say so in every respect`;
    const from = [
      caseResult('a', [
        { approved: true, loan: 5, reason: prose('No') },
        { approved: true, loan: 7, reason: prose('Never') },
      ]),
    ];
    const to = [
      caseResult('a', [
        { approved: true, loan: 7, extra: 1, reason: prose('Yes') },
        { approved: true, loan: 7, extra: 1, reason: prose('Sure') },
      ]),
    ];
    const [only] = compareVersions(evaluation(from, to)).cases;
    expect(only).toMatchObject({
      change: 'changed',
      fields: [
        {
          field: 'loan',
          from: [
            { value: 5, trials: 1 },
            { value: 7, trials: 1 },
          ],
          to: [{ value: 7, trials: 2 }],
        },
      ],
    });
    expect(only?.fields).toHaveLength(1);
  });
});
