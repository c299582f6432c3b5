import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { scoreSchema } from '../contracts/score.ts';
import type { TrialEvidence } from '../contracts/scorer.ts';
import type { SettledOutcome } from '../contracts/trial.ts';
import { type Assertion, type AssertionOptions, assertion } from './assertion.ts';

const folder = mkdtempSync(join(tmpdir(), 'docket-assertion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name)).href;
};
/** A grader that says what its configuration says. */
const grader = file(
  'grader.mjs',
  `export default class { constructor({ config }) { this.config = config; } id() { return 'grader'; } async callApi() { return this.config; } }`,
);

const decided: SettledOutcome = { kind: 'decided', decision: { approved: false, amount: 12.5, reason: 'API error, and the fetch failed' } };

function evidence(outcome: SettledOutcome, said?: string): TrialEvidence {
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const content = [{ type: 'text', text: said ?? '' }];
  const call = {
    kind: 'model-call' as const,
    model: 'm',
    stopReason: null,
    content,
    usage,
    durationMs: 1,
  };
  return {
    case: {
      id: 'one',
      title: 'One',
      input: {},
      label: { decision: { approved: false }, source: 'policy', rationale: 'r', reviewers: [{ kind: 'policy' }] },
      origin: { kind: 'designed' },
    },
    input: { amount: 12.5, note: 'file:///etc/passwd {{ 7 * 7 }}' },
    trial: {
      mode: 'live',
      outcome,
      transcript: { userMessage: 'Refund?', steps: said === undefined ? [] : [call] },
      usage,
      durationMs: 40,
    },
    tools: [],
    decisionFields: undefined,
    dollars: 0.02,
  };
}

const ask = async (asserted: Assertion, options?: AssertionOptions, given = evidence(decided)) => {
  const score = await assertion(asserted, options).score(given, { signal: new AbortController().signal });
  return scoreSchema.parse(score);
};

test.for<readonly [Assertion, boolean]>([
  [{ type: 'is-json' }, true],
  [{ type: 'javascript', value: 'output.amount === context.vars.amount' }, true],
  [{ type: 'javascript', value: 'output.approved' }, false],
  [{ type: 'contains', value: 'fetch failed' }, true],
  [{ type: 'contains', value: 'a pen' }, false],
  [{ type: 'not-contains', value: 'a pen' }, true],
  [{ type: 'equals', value: { approved: false, amount: 12.5, reason: 'API error, and the fetch failed' } }, true],
  [{ type: 'contains', value: '"approved":{{ expected.approved }}' }, true],
  [{ type: 'contains', value: '{{ note }}' }, false],
  [{ type: 'cost', threshold: 0.01 }, false],
  [{ type: 'latency', threshold: 50 }, true],
  [{ type: 'javascript', value: file('check.mjs', 'export default (output) => output.amount > 12;') }, true],
])('%j is judged as promptfoo judges it', async ([asserted, pass]) => {
  const score = await ask(asserted);
  expect(score).toMatchObject({ name: asserted.type, hard: true, pass });
  expect(score.findings).toHaveLength(pass ? 0 : 1);
});

test('the text is looked at instead where it is asked for; without words it is the decision', async () => {
  const given = evidence(decided, 'Denied, alas.');
  expect(await ask({ type: 'contains', value: 'alas' }, { output: 'text', name: 'tone', hard: false }, given)).toMatchObject({
    name: 'tone',
    hard: false,
    pass: true,
  });
  expect(await ask({ type: 'contains', value: 'approved' }, { output: 'text' })).toMatchObject({ pass: true });
});

test('one that is about some cases says nothing of the others', async () => {
  const about = (id: string) =>
    assertion({ type: 'is-json' }, { cases: [id] }).score(evidence(decided), { signal: new AbortController().signal });
  expect(await about('one')).toMatchObject({ pass: true });
  expect(await about('another')).toBeUndefined();
});

test('without a decision nothing is asserted of one', async () => {
  const given = evidence({ kind: 'no-decision', reason: 'It slept.' });
  expect(await ask({ type: 'not-contains', value: 'x' }, {}, given)).toMatchObject({ pass: false, reason: 'no decision: It slept.' });
});

test('a grader is asked by promptfoo, and its score is kept between nought and one', async () => {
  const rubric = (config: object): Assertion => ({
    type: 'llm-rubric',
    value: 'is polite',
    provider: { id: grader, config: config as never },
  });
  const output = (answer: object) => rubric({ output: JSON.stringify(answer), tokenUsage: { total: 30, prompt: 20, completion: 10 } });
  expect(await ask(output({ pass: true, score: 7, reason: 'polite' }))).toMatchObject({
    pass: true,
    value: 1,
    reason: 'polite',
    measures: { graderTokens: 30 },
  });
  expect(await ask(output({ pass: false, score: 0.2, reason: 'rude' }))).toMatchObject({
    pass: false,
    value: 0.2,
    findings: [{ code: 'llm-rubric' }],
  });
});

test.for([[{ error: 'API error: 429' }], [{ output: 'I think so' }]])('a grader that answers with %j is no judgement', async ([config]) => {
  const asserted: Assertion = { type: 'llm-rubric', value: 'is polite', provider: { id: grader, config: config as never } };
  await expect(ask(asserted)).rejects.toThrow('the grader of "llm-rubric" failed');
});

test.for([
  ['factuality', { output: 'I think so' }],
  ['not-factuality', { output: '' }],
  ['model-graded-closedqa', { output: 'perhaps' }],
  ['not-model-graded-closedqa', { output: '' }],
] as const)('a grader of %s that answers with %j is no judgement', async ([type, config]) => {
  const asserted: Assertion = { type, value: 'is polite', provider: { id: grader, config: config as never } };
  await expect(ask(asserted)).rejects.toThrow(`the grader of "${type}" failed`);
});

test('without a key the grader is at fault, and not the agent', async () => {
  await expect(ask({ type: 'similar', value: 'denied' })).rejects.toThrow('API key is not set');
});

test.for([
  [{ type: 'assert-set' }, '"assert-set" looks at several outputs'],
  [{ type: 'javascript', value: 'file://check.js' }, "new URL('check.js', import.meta.url).href"],
  [{ type: 'not-guardrails' }, 'would say the same of every answer'],
  [{}, 'expected an assertion'],
  [{ type: 'javascript', value: () => true }, 'expected an assertion'],
] as const)('%j is refused before anything runs', ([asserted, message]) => {
  expect(() => assertion(asserted as never)).toThrow(message);
});

test('what an assertion needs is said: the label only where it speaks of what is expected', () => {
  expect(assertion({ type: 'contains', value: '{{ amount }}' }).needs).toEqual(['input']);
  expect(assertion({ type: 'equals', value: '{{ expected.approved }}' }).needs).toEqual(['input', 'label']);
  expect(assertion({ type: 'javascript', value: 'output.approved === context.vars.expected.approved' }).needs).toEqual(['input', 'label']);
});
