import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisionDifferences, sharedFields } from '../../contracts/differing-fields.ts';
import type { CaseResult, EvaluatedTrial, Evaluation, VersionResult } from '../../contracts/evaluation.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { comparisonWithField, hostileName, withField } from '../../reporters/testing/hostile-fields.ts';
import { comparisonLines } from '../compare/view.ts';
import { accusedDecisions } from '../gate/accused-decisions.ts';
import type { Output } from '../terminal/terminal.ts';

const output: Output = { line() {}, raw() {}, style: (_, text) => text, columns: 400, live: false };
const plain = (lines: readonly string[], name: string) =>
  lines
    .join('\n')
    .split(name)
    .join('zzfield')
    .replaceAll(/[ ─-]+/g, ' ');

/** An evaluation of two versions on a case, whose decisions have a field of this name in the trials that are named. */
function evaluationWith(name: string, before: readonly boolean[], after: readonly boolean[]): Evaluation {
  const version = (called: string, having: readonly boolean[]): VersionResult => {
    const trials = having.map((has, index): EvaluatedTrial => {
      const decision: JsonObject = has ? withField({ approved: true }, name, index % 2) : { approved: true };
      return { number: index + 1, pass: true, outcome: 'decided', decision, scores: [], tokens: 1, durationMs: 1, reused: false };
    });
    const counts = { passes: trials.length, runs: trials.length };
    const one: CaseResult = { caseId: 'one', title: 'One', ...counts, trials, scores: [], findings: [], infraErrors: [] };
    const none = { falseApprovals: 0, falseDenials: 0, infraErrors: 0, notRun: 0, tokens: 1, meanDurationMs: 1 };
    const identity = { name: called, fingerprint: called, prompt: called, toolVariant: called, model: 'm' };
    return { version: identity, role: 'comparison', cases: [one], totals: { ...counts, ...none } };
  };
  const versions = [version('v1', before), version('v2', after)];
  const trials = { run: 6, reused: 0, failed: 0 };
  return { kind: 'evaluation', mode: 'simulated', agent: 'a', current: 'v2', trialsPerCase: before.length, versions, trials };
}

const fieldsOf = (trials: readonly { readonly decision?: object | undefined }[]) =>
  new Set(trials.flatMap(({ decision }) => Object.keys(decision ?? {})));

test('the terminal shows a difference in a field, whatever it is called', { tags: ['slow'] }, () => {
  const having = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(hostileName, having, having, (name, before, after) => {
      const shown = (field: string) => {
        const evaluation = evaluationWith(field, before, after);
        const [from = [], to = []] = evaluation.versions.map(({ cases }) => cases.flatMap(({ trials }) => trials));
        const comparison = comparisonWithField(field, { expected: true, trial: () => true });
        const differences = decisionDifferences(sharedFields(fieldsOf(from), fieldsOf(to)), from, to);
        const cases = comparison.cases.slice(0, 1).map((each) => ({ ...each, id: 'one', differences }));
        return comparisonLines({ ...comparison, cases }, evaluation, output);
      };
      expect(plain(shown(name), name)).toBe(plain(shown('zzfield'), name));
    }),
  );
});

test('what an accused case decided reads alike, whatever a field is called', { tags: ['slow'] }, () => {
  fc.assert(
    fc.property(hostileName, fc.boolean(), (name, expected) => {
      const shown = (field: string) =>
        comparisonWithField(field, { expected, trial: (number) => number % 2 === 0 }).cases.flatMap(accusedDecisions);
      expect(plain(shown(name), name)).toBe(plain(shown('zzfield'), name));
    }),
  );
});
