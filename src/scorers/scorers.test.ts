import { describe, expect, test } from 'vitest';
import type { Comparators } from '../contracts/comparator.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { scoreSchema } from '../contracts/score.ts';
import type { TrialEvidence } from '../contracts/scorer.ts';
import type { ToolCallStep } from '../contracts/transcript.ts';
import type { SettledOutcome, Trial } from '../contracts/trial.ts';
import { budget } from './budget.ts';
import { expectedDecision } from './expected-decision.ts';
import { selfConsistency } from './self-consistency.ts';
import { trajectory } from './trajectory.ts';
import { passHatK, trialConsistency } from './trial-consistency.ts';

const caseOf = (decision: TrialEvidence['case']['label']['decision']): TrialEvidence['case'] => ({
  id: 'one',
  title: 'One',
  input: {},
  label: { decision, source: 'policy', rationale: 'r', reviewers: [{ kind: 'policy' }] },
  origin: { kind: 'designed' },
});

function trialOf(outcome: SettledOutcome, calls: Partial<ToolCallStep>[] = [], number = 1): Trial {
  return {
    key: { versionFingerprint: 'v', caseFingerprint: 'c', series: 's', number },
    mode: 'simulated',
    outcome,
    transcript: {
      userMessage: 'm',
      steps: calls.map((call) => ({
        kind: 'tool-call',
        id: 'i',
        tool: 't',
        input: {},
        result: 'r',
        isError: false,
        durationMs: 0,
        ...call,
      })),
    },
    usage: { inputTokens: 1000, outputTokens: 100, cacheReadTokens: 10, cacheWriteTokens: 1 },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1500,
    infraRetries: 0,
  };
}

const decided = (decision: Record<string, number | boolean | string>) => ({ kind: 'decided' as const, decision });
const evidence = (
  outcome: SettledOutcome,
  expected = { approved: true } as TrialEvidence['case']['label']['decision'],
  calls: Partial<ToolCallStep>[] = [],
): TrialEvidence => ({
  case: caseOf(expected),
  input: {},
  trial: trialOf(outcome, calls),
  tools: ['calc', 'look'],
  decisionFields: ['approved', 'amount'],
  dollars: 0.02,
});

describe('expected-decision', () => {
  const scorer = expectedDecision({ approvalField: 'approved', tolerances: { amount: 0.01 } });
  test('tells false approvals from false denials', () => {
    expect(scorer.score(evidence(decided({ approved: true }), { approved: false }))).toMatchObject({
      pass: false,
      findings: [{ code: 'false-approval' }],
    });
    expect(scorer.score(evidence(decided({ approved: false })))).toMatchObject({ pass: false, findings: [{ code: 'false-denial' }] });
    expect(scorer.score(evidence(decided({ approved: true })))).toMatchObject({ pass: true, value: 1, findings: [] });
    const messageOf = (right: boolean) => scorer.score(evidence(decided({ approved: !right }), { approved: right }))?.reason;
    expect(messageOf(false)).toBe('approved is true, expected false: a false approval');
    expect(messageOf(true)).toBe('approved is false, expected true: a false denial');
  });
  test('decides, whichever way it ends, and says what it compared', () => {
    const score = (decision: Record<string, number | boolean>) => scorer.score(evidence(decided(decision), { approved: true, amount: 5 }));
    expect(score({ approved: true, amount: 5 })).toMatchObject({ hard: true, pass: true, reason: 'as labelled: approved true, amount 5' });
    expect(score({ approved: true, amount: 7 })).toMatchObject({ hard: true, pass: false, reason: 'amount is 7, expected 5' });
    expect(score({ amount: 7 })?.reason).toBe('approved is missing, expected true; amount is 7, expected 5');
  });
  test('compares what a field holds, and says where it lacks something', () => {
    const judged = (came: JsonValue, right: JsonValue, compare: Comparators = {}) =>
      expectedDecision().score({
        ...evidence({ kind: 'decided', decision: { payout: came } }, { payout: right }),
        rules: { comparators: compare },
      })?.reason;
    expect(judged({ amount: 5 }, { amount: 5, to: 'A' })).toBe('payout.to is missing, expected "A"');
    expect(judged({ amount: 5, to: 'B' }, { amount: 5 })).toBe('payout.to is "B", expected nothing there');
    expect(judged('$5', '5 EUR', { payout: 'money' })).toBe('payout is "$5", expected "5 EUR": another currency (USD, not EUR)');
    expect(judged(5, 'about 5', { payout: { tolerance: 1 } })).toBe('payout is 5, expected "about 5": and the expected value is no number');
    const deep = JSON.parse('['.repeat(600) + ']'.repeat(600));
    expect(judged(deep, 5)).toMatch(/^payout nests deeper than \d+ levels, or holds itself$/);
    expect(judged('about 5', 5, { payout: { tolerance: 1 } })).toBe('payout is "about 5", which is no number, expected 5');
  });
  test('goes by what the agent and the case say is the same, and tells where in a field it is not', () => {
    const rules = {
      approvalField: 'route',
      comparators: { 'payout.amount': 'money', documents: 'set', note: 'ignore', reserve: { tolerance: 50 } },
    } as const;
    const expected = { route: 'refer', payout: { amount: 1250, due: '2026-03-01' }, documents: ['a', 'b'], note: 'x', reserve: 100 };
    const right = {
      reserve: 149,
      note: 'y',
      documents: ['b', 'a', 'a'],
      payout: { due: '2026-03-01T00:00:00Z', amount: '$1,250.00' },
      route: 'refer',
    };
    const judged = (decision: JsonObject, compare?: NonNullable<TrialEvidence['case']['label']['compare']>) => {
      const asked = evidence({ kind: 'decided', decision }, expected);
      const label = { ...asked.case.label, ...(compare ? { compare } : {}) };
      return expectedDecision().score({ ...asked, rules, decisionFields: Object.keys(expected), case: { ...asked.case, label } });
    };
    expect(judged(right)).toMatchObject({ pass: true, findings: [] });
    expect(
      judged({ ...right, payout: { ...right.payout, due: '2026-03-02', by: 'cash' }, documents: 'a', reserve: 'about 100' })?.findings,
    ).toEqual([
      {
        code: 'wrong-payout',
        message: 'payout.due is "2026-03-02", expected "2026-03-01"; payout.by is "cash", expected nothing there',
        field: 'payout',
      },
      { code: 'wrong-documents', message: 'documents is "a", which is no list, expected ["a","b"]', field: 'documents' },
      { code: 'wrong-reserve', message: 'reserve is "about 100", which is no number, expected 100', field: 'reserve' },
    ]);
    expect(judged({ ...right, payout: { ...right.payout, amount: '1250 EUR' } })).toMatchObject({ pass: true });
    expect(judged({ ...right, reserve: 149 }, { reserve: 'exact' })?.findings).toMatchObject([{ message: 'reserve is 149, expected 100' }]);
    expect(judged({ ...right, route: 'deny' }, { route: { oneOf: ['deny', 'refer'] } })).toMatchObject({ pass: true });
    const { note: _, ...silent } = right;
    expect(judged(silent)).toMatchObject({ pass: true });
  });
  test.each<readonly [JsonValue, JsonValue, string, number | undefined]>([
    ['deny', 'approve', 'wrong-decision', 5],
    ['deny', 'refer', 'wrong-decision', 1],
    ['approve', 'deny', 'wrong-decision', 0],
    [true, false, 'false-denial', 1],
    [false, true, 'false-approval', 0],
  ])('of %j decided as %j it says how much harm that does where the agent declares any', (right, came, code, harm) => {
    const rules = {
      approvalField: 'route',
      comparators: {},
      harm: [
        { expected: 'deny', decided: 'approve', weight: 5 },
        { expected: 'deny', decided: 'refer' },
        { expected: true, decided: false },
      ],
    };
    const asked = evidence({ kind: 'decided', decision: { route: came } }, { route: right });
    expect(expectedDecision().score({ ...asked, rules })?.findings).toMatchObject([{ code, harm, field: 'route' }]);
    expect(expectedDecision({ approvalField: 'route' }).score(asked)?.findings[0]).not.toHaveProperty('harm');
  });
  test.each<readonly [JsonValue, JsonValue, string]>([
    ['approve', 'deny', 'deny, expected approve (approved)'],
    ['deny', 'approve', 'approve, expected deny (approved)'],
    ['deny', 'refer', 'refer, expected deny (approved)'],
    [true, 'refer', '"refer", expected true (approved)'],
    [false, null, 'null, expected false (approved)'],
    [false, 'true', '"true", expected false (approved)'],
    [true, 1, '1, expected true (approved)'],
    ['approve', '', '"", expected approve (approved)'],
    ['approve', true, 'true, expected "approve" (approved)'],
    [{ grade: 'a' }, { grade: 'b' }, '{"grade":"b"}, expected {"grade":"a"} (approved)'],
  ])('of %j decided as %j nobody can say which approves: a wrong decision, and no false approval', (expected, decided, message) => {
    const outcome: SettledOutcome = { kind: 'decided', decision: { approved: decided } };
    const score = scorer.score(evidence(outcome, { approved: expected }));
    expect(score).toMatchObject({ pass: false, findings: [{ code: 'wrong-decision', message }] });
    expect(scorer.score(evidence(outcome, { approved: decided }))).toMatchObject({ pass: true });
  });

  test('compares labelled numbers within their tolerance, and says both', () => {
    expect(scorer.score(evidence(decided({ approved: true, amount: 10.01 }), { approved: true, amount: 10 }))?.pass).toBe(true);
    expect(scorer.score(evidence(decided({ approved: true, amount: 3750 }), { approved: true, amount: 1896.2 }))).toMatchObject({
      pass: false,
      reason: 'amount is 3,750, expected 1,896.2',
      findings: [{ code: 'wrong-amount' }],
    });
  });
  test('a policy may say nothing of a field', () => {
    expect(scorer.score(evidence(decided({ approved: true, amount: 1 }), { approved: true, amount: undefined } as never))).toMatchObject({
      pass: true,
      reason: 'as labelled: approved true',
    });
  });
  test('a labelled field that the decision leaves out is a fault, and stands first', () => {
    expect(scorer.score(evidence(decided({ approved: false }), { approved: true, amount: 1 }))).toMatchObject({
      pass: false,
      findings: [{ code: 'missing-field', message: 'amount is missing, expected 1' }, { code: 'false-denial' }],
    });
    expect(scorer.score(evidence(decided({ amount: 2 }), { amount: 1, approved: false }))).toMatchObject({
      pass: false,
      findings: [{ code: 'missing-field', message: 'approved is missing, expected false' }, { code: 'wrong-amount' }],
    });
    // The names that every object answers to are no fields of a decision.
    const inherited = { ...evidence(decided({ approved: true }), { approved: true, constructor: 'x' }), decisionFields: ['constructor'] };
    expect(scorer.score(inherited)?.findings).toMatchObject([{ code: 'missing-field' }]);
  });

  test('a field that no decision of the version has is not compared, and the reason says so; the approval always is', () => {
    const without = (decision: Record<string, number | boolean>, label: Record<string, number | boolean>, decisionFields?: string[]) =>
      scorer.score({ ...evidence(decided(decision), label), decisionFields });
    for (const fields of [['approved'], undefined]) {
      expect(without({ approved: true }, { approved: true, amount: 1 }, fields)).toMatchObject({
        pass: true,
        reason: 'as labelled: approved true; not compared, because this decision lacks it: amount',
      });
      expect(without({ amount: 1 }, { approved: false }, fields)).toMatchObject({ pass: false, findings: [{ code: 'missing-field' }] });
      expect(without({ approved: true }, { amount: 1 }, fields)).toBeUndefined();
    }
  });

  test.each([
    ['max_loan', 'wrong-max-loan'],
    ['Prüfung (€)', 'wrong-pr-fung'],
    ['日本', 'wrong-field'],
    ['2nd', 'wrong-2nd'],
  ])('a finding of the field %s is called %s', (field, code) => {
    const score = scorer.score({ ...evidence(decided({ approved: true, [field]: 'a' }), { approved: true, [field]: 'b' }) });
    expect(scoreSchema.parse(score).findings).toMatchObject([{ code }]);
  });
  test.each<[SettledOutcome, string, string]>([
    [{ kind: 'refused', category: 'x', explanation: null }, 'refused', 'no decision: the model refused (x)'],
    [{ kind: 'refused', category: null, explanation: null }, 'refused', 'no decision: the model refused'],
    [{ kind: 'truncated', stopReason: 'max_tokens' }, 'truncated', 'no decision: the answer was cut off (max_tokens)'],
    [{ kind: 'invalid', text: 't', issues: ['i', 'j'] }, 'invalid-decision', 'no valid decision: i; j'],
    [{ kind: 'no-decision', reason: 'r' }, 'no-decision', 'no decision: r'],
  ])('no decision is a failure of its own: %o', (outcome, code, reason) => {
    const score = { pass: false, hard: true, value: 0, reason, findings: [{ code, message: reason }] };
    expect(scorer.score(evidence(outcome))).toMatchObject(score);
    expect(selfConsistency(() => []).score(evidence(outcome))).toMatchObject(score);
  });
});

test('scorers say what they are: name, what they need, and all that a change of theirs would change', () => {
  expect(expectedDecision({ approvalField: 'approved', tolerances: { amount: 1 } })).toMatchObject({
    ...{ scope: 'trial', name: 'expected-decision', needs: ['label'], comparesDecisions: true },
    rules: { approvalField: 'approved', comparators: { amount: { tolerance: 1 } } },
    settings: { approvalField: 'approved', tolerances: { amount: 1 } },
  });
  const plain = expectedDecision();
  expect([plain.settings, plain.fields, plain.rules]).toStrictEqual([{ tolerances: {} }, [], { comparators: {} }]);
  const check = () => [];
  expect(selfConsistency(check)).toMatchObject({
    ...{ scope: 'trial', name: 'self-consistency', needs: ['input'] },
    settings: { check: check.toString() },
  });
  expect(trajectory({ required: ['calc'] })).toMatchObject({
    ...{ scope: 'trial', name: 'trajectory', needs: [] },
    settings: { required: ['calc'], hard: false },
  });
  expect(trajectory({ required: 'all', hard: true }).settings).toEqual({ required: 'all', hard: true });
  expect(budget({ maxTokens: 5 })).toMatchObject({ scope: 'trial', name: 'budget', needs: [], settings: { maxTokens: 5, hard: false } });
  expect(trialConsistency({ fields: ['approved'], tolerances: { amount: 1 } })).toMatchObject({
    ...{ scope: 'case', name: 'trial-consistency' },
    settings: { fields: ['approved'], tolerances: { amount: 1 }, minimumAgreement: 1 },
  });
});

test('scorers say which decision fields they name, so that a slip of the pen is found', () => {
  expect(expectedDecision({ approvalField: 'approved', tolerances: { amount: 1 } }).fields).toEqual(['approved', 'amount']);
  expect(trialConsistency({ fields: ['approved'], tolerances: { amount: 1 } }).fields).toEqual(['approved', 'amount']);
});

test('self-consistency passes the findings of the agent on', () => {
  const scorer = selfConsistency((decision) => (decision.approved ? [{ code: 'contradiction', message: 'says no, means yes' }] : []));
  expect(scorer.score(evidence(decided({ approved: true })))).toMatchObject({ pass: false, reason: 'says no, means yes' });
  expect(scorer.score(evidence(decided({ approved: true })))?.hard).toBe(true);
  expect(scorer.score(evidence(decided({ approved: false })))).toMatchObject({
    ...{ pass: true, hard: true, value: 1, findings: [] },
    reason: 'figures, approval and reasoning agree',
  });
});

test('trajectory sees tools left out, repeated calls and errors', () => {
  const scorer = trajectory({ required: 'all' });
  const score = (calls: Partial<ToolCallStep>[]) => scorer.score(evidence(decided({}), {}, calls))?.findings.map(({ code }) => code);
  expect(score([{ tool: 'calc' }, { tool: 'look' }])).toEqual([]);
  expect(score([{ tool: 'calc' }])).toEqual(['tool-not-called']);
  expect(score([{ tool: 'calc', input: { a: 1, b: 2 } }, { tool: 'look' }, { tool: 'calc', input: { b: 2, a: 1 } }])).toEqual([
    'redundant-tool-call',
  ]);
  expect(score([{ tool: 'calc', input: { a: 1 } }, { tool: 'look' }, { tool: 'calc', input: { a: 2 } }])).toEqual([]);
  expect(score([{ tool: 'calc', isError: true }, { tool: 'look' }])).toEqual(['tool-error']);
});

test('trajectory asks for the tools that it names, tells what was called and counts both kinds of calls', () => {
  const modelCall = {
    kind: 'model-call' as const,
    model: 'm',
    stopReason: null,
    content: [],
    usage: trialOf(decided({})).usage,
    durationMs: 1,
  };
  const score = (calls: Partial<ToolCallStep>[], options: Parameters<typeof trajectory>[0] = { required: ['calc'] }) => {
    const asked = evidence(decided({}), {}, calls);
    const steps = [modelCall, ...asked.trial.transcript.steps, modelCall];
    return trajectory(options).score({ ...asked, trial: { ...asked.trial, transcript: { ...asked.trial.transcript, steps } } });
  };
  expect(score([{ tool: 'calc' }, { tool: 'other' }])).toMatchObject({
    ...{ pass: true, hard: false, findings: [], reason: 'called calc, other' },
    measures: { toolCalls: 2, modelCalls: 2 },
  });
  expect(score([], { required: [] })).toMatchObject({ pass: true, reason: 'called no tool', measures: { toolCalls: 0, modelCalls: 2 } });
  const failing = [{ tool: 'calc' }, { tool: 'calc', isError: true, result: 'x'.repeat(300) }];
  expect(score(failing, { required: ['look'], hard: true })).toMatchObject({
    ...{ pass: false, hard: true },
    findings: [
      { code: 'tool-not-called', message: 'look was not called' },
      { code: 'redundant-tool-call', message: 'calc was called again with the same arguments' },
      { code: 'tool-error', message: `calc answered with an error: ${'x'.repeat(200)}` },
    ],
  });
});

test('budget measures always and fails only over its limits', () => {
  expect(budget().score(evidence(decided({})))).toMatchObject({ pass: true, measures: { tokens: 1111, dollars: 0.02, durationMs: 1500 } });
  const codes = (options: Parameters<typeof budget>[0], dollars: number | undefined = 0.02) =>
    budget(options)
      .score({ ...evidence(decided({})), dollars })
      ?.findings.map(({ code }) => code);
  expect(codes({ maxTokens: 1110 })).toEqual(['too-many-tokens']);
  expect(codes({ maxTokens: 1111, maxDollars: 0.02, maxDurationMs: 1500 })).toEqual([]);
  expect(codes({ maxDollars: 0.01, maxDurationMs: 1499 })).toEqual(['too-expensive', 'too-slow']);
  const given = (options: Parameters<typeof budget>[0], dollars: number | undefined) =>
    budget(options).score({ ...evidence(decided({})), dollars });
  expect(given({}, 0.02)).toMatchObject({ hard: false, reason: '1,111 tokens, $0.0200 if live, 1.5 s' });
  expect(given({ maxTokens: 1000, maxDollars: 0.01, maxDurationMs: 1000, hard: true }, 0.02)).toMatchObject({
    hard: true,
    reason: '1,111 tokens, at most 1,000 tokens allowed; $0.0200 if live, at most $0.0100 allowed; 1.5 s, at most 1.0 s allowed',
  });
  // Without a price nothing is said of it where nobody asks, and it is no measure.
  expect(given({ maxTokens: 1 }, undefined)?.findings).toHaveLength(1);
  expect(given({}, undefined)?.reason).not.toContain('not checked');
  expect(given({ maxDollars: 1 }, 0.02)?.reason).not.toContain('not checked');
  expect(given({}, undefined)?.measures).toStrictEqual({ tokens: 1111, durationMs: 1500 });
  expect(budget({ maxDollars: 1, hard: true }).score({ ...evidence(decided({})), dollars: undefined })).toMatchObject({
    pass: true,
    findings: [],
    reason: expect.stringContaining('the price of the model is not known, so its cost is not checked'),
  });
});

describe('trial-consistency', () => {
  const scorer = trialConsistency({ fields: ['approved', 'amount'], tolerances: { amount: 1 } });
  const score = (...outcomes: SettledOutcome[]) =>
    scorer.score({ case: caseOf({}), trials: outcomes.map((outcome, index) => trialOf(outcome, [], index + 1)) });
  test('one trial says nothing about consistency', () => {
    expect(score(decided({ approved: true }))).toBeUndefined();
  });
  test('counts agreeing pairs and names the fields that differ', () => {
    // Of 4 trials 3 agree: 3 of C(4,2) = 6 pairs.
    const four = score(...[10, 10.5, 11, 99].map((amount) => decided({ approved: true, amount })));
    expect(four).toMatchObject({
      pass: false,
      hard: false,
      value: 0.5,
      measures: { agreement: 0.5, 'agreement:approved': 1, 'agreement:amount': 0.5 },
    });
    expect(four?.reason).toBe('50 % of the pairs of 4 trials agree; they differ in amount');
    expect(score(decided({ approved: true, amount: 1 }), decided({ approved: true, amount: 2 }))).toMatchObject({ pass: true, value: 1 });
  });
  test('a trial without a decision agrees with none, not even with its like', () => {
    const cut = { kind: 'truncated' as const, stopReason: 'max_tokens' as const };
    expect(score(cut, cut)).toMatchObject({
      value: 0,
      findings: [{ code: 'inconsistent', message: '0 % of the pairs of 2 trials agree; they differ in approved, amount' }],
    });
  });
  test('where no field is compared, only a trial without a decision disagrees', () => {
    const cut = trialOf({ kind: 'truncated', stopReason: 'max_tokens' });
    const judged = trialConsistency({ fields: [] }).score({ case: caseOf({}), trials: [cut, cut] });
    expect(judged?.reason).toBe('0 % of the pairs of 2 trials agree');
  });
  test('counts each pair of repeats that agree, also where they differ within the tolerance', () => {
    // Two at 10 and two at 10.5 agree in all six pairs; a fifth at 20 with none: six of ten.
    const repeats = (...amounts: number[]) => score(...amounts.map((amount) => decided({ approved: true, amount })));
    expect(repeats(10, 10, 10.5, 10.5)).toMatchObject({ pass: true, value: 1, reason: '4 trials agree', findings: [] });
    expect(repeats(10, 10, 10.5, 10.5, 20)?.value).toBeCloseTo(0.6, 12);
  });
  test('tells fields apart: 1 and 11 are not 11 and 1, and what is missing is not empty', () => {
    const pair = (one: Record<string, number | string>, other: Record<string, number | string>) =>
      trialConsistency({ fields: ['a', 'b'] }).score({ case: caseOf({}), trials: [trialOf(decided(one)), trialOf(decided(other), [], 2)] })
        ?.value;
    expect(pair({ a: 1, b: 11 }, { a: 11, b: 1 })).toBe(0);
    expect(pair({ a: 1 }, { a: 1, b: '' })).toBe(0);
    expect(pair({ a: 1 }, { a: 1 })).toBe(1);
  });
  test('passes from the least agreement on that is asked for', () => {
    const two = [1, 1, 1, 2].map((a, index) => trialOf(decided({ a }), [], index + 1));
    const passes = (minimumAgreement: number) =>
      trialConsistency({ fields: ['a'], minimumAgreement }).score({ case: caseOf({}), trials: two })?.pass;
    expect([passes(0.5), passes(0.51)]).toEqual([true, false]);
  });
});

test('pass^k by hand: 3 of 4 passed, C(3,2)/C(4,2) = 3/6', () => {
  expect(passHatK(3, 4, 2)).toBeCloseTo(0.5, 12);
  expect(passHatK(4, 4, 4)).toBe(1);
  expect(passHatK(3, 4, 4)).toBe(0);
  expect(passHatK(3, 4, 5)).toBeUndefined();
});

test('repeats agree by what the agent and the case say is the same', () => {
  const decisions = [
    { route: 'deny', payout: { amount: '$5', to: 'A' }, note: 'x' },
    { note: 'y', payout: { to: 'A', amount: 5 }, route: 'refer' },
  ];
  const trials = decisions.map((decision, index) => trialOf({ kind: 'decided', decision }, [], index + 1));
  const rules = { comparators: { 'payout.amount': 'money', note: 'ignore' } } as const;
  const scorer = trialConsistency({ fields: ['route', 'payout', 'note'] });
  const judged = caseOf({ route: 'deny' });
  expect(scorer.score({ case: judged, trials })?.measures).toMatchObject({
    'agreement:route': 0,
    'agreement:payout': 0,
    'agreement:note': 0,
  });
  expect(scorer.score({ case: judged, trials, rules })?.measures).toMatchObject({
    agreement: 0,
    'agreement:route': 0,
    'agreement:payout': 1,
    'agreement:note': 1,
  });
  const lenient = { ...judged, label: { ...judged.label, compare: { route: { oneOf: ['deny', 'refer'] } } } };
  expect(scorer.score({ case: lenient, trials, rules })?.value).toBe(1);
});
