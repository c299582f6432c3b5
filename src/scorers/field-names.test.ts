import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Case } from '../contracts/case.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { Trial } from '../contracts/trial.ts';
import { expectedDecision } from './expected-decision.ts';
import { trialConsistency } from './trial-consistency.ts';

const names = fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype), 'length', 'name', 'prototype', 'then');
const value = fc.option(fc.constantFrom<JsonValue>('x', 'y', 1, 1.3, true, null), { nil: undefined });

function decision(name: string, of: JsonValue | undefined): JsonObject {
  return Object.fromEntries<JsonValue>([['approved', true], ...(of === undefined ? [] : [[name, of] as [string, JsonValue]])]);
}

function trial(of: JsonObject, number = 1): Trial {
  return {
    key: { versionFingerprint: 'v', caseFingerprint: 'c', series: 's', number },
    mode: 'simulated',
    outcome: { kind: 'decided', decision: of },
    transcript: { userMessage: '', steps: [] },
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    infraRetries: 0,
  };
}

function caseOf(of: JsonObject): Case {
  const label = { decision: of, source: 'policy' as const, rationale: 'r', reviewers: [{ kind: 'policy' as const }] };
  return { id: 'one', title: 'One', input: {}, label, origin: { kind: 'designed' } };
}

test('a labelled field is judged alike, whatever it is called', () => {
  const judged = (name: string, labelled: JsonValue | undefined, decided: JsonValue | undefined, tolerance: number | undefined) => {
    const scorer = expectedDecision({
      approvalField: 'approved',
      tolerances: tolerance === undefined ? {} : Object.fromEntries([[name, tolerance]]),
    });
    const evidence = {
      case: caseOf(decision(name, labelled)),
      input: {},
      trial: trial(decision(name, decided)),
      tools: [],
      decisionFields: ['approved', name],
      dollars: 0,
    };
    const score = scorer.score(evidence);
    return { pass: score?.pass, findings: score?.findings.length };
  };
  fc.assert(
    fc.property(names, value, value, fc.option(fc.constantFrom(0, 0.5), { nil: undefined }), (name, labelled, decided, tolerance) => {
      expect(judged(name, labelled, decided, tolerance)).toEqual(judged('zzfield', labelled, decided, tolerance));
    }),
  );
});

test('repeats agree alike in a field, whatever it is called', () => {
  const rate = (name: string, decided: readonly (JsonValue | undefined)[]) => {
    const trials = decided.map((each, index) => trial(decision(name, each), index + 1));
    return trialConsistency({ fields: ['approved', name] }).score({ case: caseOf({}), trials })?.value;
  };
  fc.assert(
    fc.property(names, fc.array(value, { minLength: 2, maxLength: 5 }), (name, decided) => {
      expect(rate(name, decided)).toBe(rate('zzfield', decided));
    }),
  );
});
