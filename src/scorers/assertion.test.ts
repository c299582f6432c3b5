import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { JsonValue } from '../contracts/json.ts';
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

function evidence(outcome: SettledOutcome, said?: string | JsonValue[]): TrialEvidence {
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const content = typeof said === 'string' ? [{ type: 'text', text: said }] : (said ?? []);
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
  [{ type: 'not-contains', value: 'fetch failed' }, false],
  [{ type: 'regex', value: '^API key$|timed out' }, false],
  [{ type: 'cost', threshold: 0.01 }, false],
  [{ type: 'cost', threshold: 0.03 }, true],
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

test('of what the agent said the last words count; what it thought, called or left empty is none', async () => {
  const last = async (...content: JsonValue[]) => {
    const score = await ask({ type: 'equals', value: 'No.' }, { output: 'text' }, evidence(decided, content));
    return score.pass;
  };
  const no = { type: 'text', text: 'No.' };
  expect(await last({ type: 'text', text: 'Yes.' }, no)).toBe(true);
  expect(await last(no, { type: 'text', text: 'Yes.' })).toBe(false);
  expect(await last(no, { type: 'thinking', text: 'Hm.' }, { type: 'text', text: 5 }, { type: 'text' }, ['text'], 'text', null, 7)).toBe(
    true,
  );
  // Of a trial that ended without a decision, too.
  const silent = evidence({ kind: 'no-decision', reason: 'It slept.' }, 'No.');
  expect(await ask({ type: 'equals', value: 'No.' }, { output: 'text' }, silent)).toMatchObject({ pass: true });
  // A tool's answer is not the agent's; without words it is the decision as text.
  const called = evidence(decided, 'No.');
  const step = { kind: 'tool-call' as const, id: 'i', tool: 't', input: {}, result: 'r', isError: false, durationMs: 0 };
  const steps = [...called.trial.transcript.steps, step];
  const after = { ...called, trial: { ...called.trial, transcript: { ...called.trial.transcript, steps } } };
  expect(await ask({ type: 'equals', value: 'No.' }, { output: 'text' }, after)).toMatchObject({ pass: true });
  expect(await ask({ type: 'javascript', value: 'typeof output === "string"' }, { output: 'text' })).toMatchObject({ pass: true });
  expect(await ask({ type: 'javascript', value: 'typeof output === "object"' })).toMatchObject({ pass: true });
});

test('it says what it is: name, and all that a change of it would change', () => {
  const asserted = { type: 'contains', value: 'x' };
  expect(assertion(asserted)).toMatchObject({
    ...{ scope: 'trial', name: 'contains', needs: ['input'] },
    settings: { assertion: asserted, hard: true, output: 'decision' },
  });
  expect(assertion(asserted).settings).not.toHaveProperty('cases');
  expect(assertion({ ...asserted, metric: 'Tone' }, { hard: false, output: 'text', cases: ['one'] })).toMatchObject({
    name: 'Tone',
    settings: { assertion: { ...asserted, metric: 'Tone' }, hard: false, output: 'text', cases: ['one'] },
  });
  expect(assertion({ ...asserted, metric: 'Tone' }, { name: 'polite' }).name).toBe('polite');
});

test.for([
  ['Tone of voice', 'tone-of-voice'],
  ['  2 Tones!! ', 'tones'],
  ['Ärger', 'rger'],
  ['日本', 'assertion'],
  ['a--b', 'a-b'],
] as const)('a finding of the assertion %j is called %j', async ([name, code]) => {
  const score = await ask({ type: 'contains', value: 'a pen' }, { name });
  expect(score.findings).toEqual([{ code, message: score.reason }]);
});

test('a check that throws is told without the lines of its stack', async () => {
  const score = await ask({ type: 'javascript', value: '(() => { throw new Error("lost") })()' });
  expect(score).toMatchObject({ pass: false, reason: expect.stringContaining('Stack Trace:') });
  expect(score.findings[0]?.message).toContain('lost');
  expect(score.findings[0]?.message).not.toContain('Stack Trace:');
});

test('a check is given the case, the answer and what it cost as promptfoo gives them', async () => {
  const check = (value: string, dollars: number | undefined = 0.02, label?: null) => {
    const given = { ...evidence(decided), dollars };
    const asked = label === null ? { ...given, case: { ...given.case, label: undefined as never } } : given;
    return ask({ type: 'javascript', value }, {}, asked);
  };
  expect(await check('context.test.vars.amount === 12.5 && context.test.assert.length === 1')).toMatchObject({ pass: true });
  expect(await check('context.prompt === "Refund?" && context.providerResponse.cached === false')).toMatchObject({ pass: true });
  expect(await check('context.providerResponse.cost === 0.02')).toMatchObject({ pass: true });
  const unpriced = { ...evidence(decided), dollars: undefined };
  expect(await ask({ type: 'javascript', value: '!("cost" in context.providerResponse)' }, {}, unpriced)).toMatchObject({ pass: true });
  expect(await check('context.vars.expected.approved === false')).toMatchObject({ pass: true });
  expect(await check('context.vars.expected === undefined', 0.02, null)).toMatchObject({ pass: true });
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

test('what a model grades is a judge: it informs, whatever it was told, until its calibration says otherwise', async () => {
  const asserted: Assertion = { type: 'llm-rubric', value: 'is polite', provider: 'openai:gpt-5-mini-2025-08-07' };
  const { judge } = assertion(asserted);
  expect(judge).toMatchObject({ model: 'openai:gpt-5-mini-2025-08-07', maxFalsePass: 0.1, hard: true });
  expect(assertion(asserted, { hard: false }).judge?.hard).toBe(false);
  // Another model is another model, and other words are another rubric.
  expect(assertion({ ...asserted, provider: 'openai:gpt-5' }).judge?.rubric).toBe(judge?.rubric);
  expect(assertion({ ...asserted, value: 'is kind' }).judge?.rubric).not.toBe(judge?.rubric);
  expect(assertion({ ...asserted, threshold: 0.8 }).judge?.rubric).not.toBe(judge?.rubric);
  for (const type of ['g-eval', 'factuality', 'model-graded-closedqa', 'not-llm-rubric', 'answer-relevance', 'context-recall', 'pi'])
    expect(assertion({ type }).judge, type).toBeDefined();
  for (const type of ['contains', 'javascript', 'python', 'is-json', 'similar', 'classifier', 'cost', 'trajectory:tool-used'])
    expect(assertion({ type }).judge, type).toBeUndefined();
  const graded = { id: grader, config: { output: JSON.stringify({ pass: true, score: 1, reason: 'polite' }) } as never };
  expect(await ask({ ...asserted, provider: graded })).toMatchObject({ pass: true, hard: false, judge: { mode: 'live' } });
});

test.for([
  ...[
    'API error: 429',
    'API call error: 500',
    'error: Request failed',
    'fetch failed',
    'it timed out',
    'a timeout',
    'rate limited',
    'it is closed',
  ].map((error) => [{ error }]),
  [{ output: 'I think so' }],
])('a grader that answers with %j is no judgement', async ([config]) => {
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
  [{ type: 'select-best', value: 'x' }, '"select-best" looks at several outputs'],
  [{ type: 'max-score' }, '"max-score" looks at several outputs'],
  [{ type: 'not-assert-set' }, 'looks at several outputs'],
  [{ type: '' }, 'assertion "": expected an assertion'],
  [{ type: 5 }, 'expected an assertion'],
  [{ type: 'javascript', value: 'file://check.js' }, "new URL('check.js', import.meta.url).href"],
  [{ type: 'not-guardrails' }, 'would say the same of every answer'],
  [{}, 'expected an assertion'],
  [{ type: 'javascript', value: () => true }, 'expected an assertion'],
] as const)('%j is refused before anything runs', ([asserted, message]) => {
  expect(() => assertion(asserted as never)).toThrow(message);
});

test('a file in the middle of a text, and one by its whole path, are no path that depends on where Docket is started', () => {
  expect(() => assertion({ type: 'contains', value: 'see file://check.js' })).not.toThrow();
  expect(() => assertion({ type: 'javascript', value: 'file:///check.js' })).not.toThrow();
  expect(() => assertion({ type: 'contains-any', value: ['file://check.js'] })).not.toThrow();
  expect(() => assertion({ type: 'javascript', value: 'x', config: { path: 'file://check.js' } })).not.toThrow();
});

test('a judge is another one when the file of its rubric, or of its grader, says something else', () => {
  const judges = [
    { type: 'llm-rubric', value: file('rubric.txt', 'is right'), provider: 'openai:gpt-5-mini-2025-08-07' },
    { type: 'llm-rubric', value: 'is right', rubricPrompt: file('prompt.txt', 'Be strict.'), provider: 'openai:gpt-5-mini-2025-08-07' },
    { type: 'llm-rubric', value: 'is right', provider: file('own-grader.mjs', 'strict') },
    { type: 'g-eval', value: ['is kind', `${file('rubric.py', 'strict')}:check`], provider: 'openai:gpt-5-mini-2025-08-07' },
  ];
  for (const [index, asserted] of judges.entries()) {
    const before = assertion(asserted).judge?.rubric;
    expect(assertion(asserted).judge?.rubric).toBe(before);
    for (const name of ['rubric.txt', 'prompt.txt', 'own-grader.mjs', 'rubric.py']) file(name, `says ${index}`);
    expect(assertion(asserted).judge?.rubric).not.toBe(before);
  }
});

test('what an assertion needs is said: the label only where it speaks of what is expected', () => {
  expect(assertion({ type: 'contains', value: '{{ amount }}' }).needs).toEqual(['input']);
  expect(assertion({ type: 'equals', value: '{{ expected.approved }}' }).needs).toEqual(['input', 'label']);
  const needs = (value: string) => assertion({ type: 'javascript', value }).needs?.includes('label');
  expect(needs('output.approved === context.vars.expected.approved')).toBe(true);
  expect(needs('vars = context.vars; return vars["expected"]')).toBe(true);
  expect(needs('{% if expected.approved %}true{% endif %}')).toBe(true);
  expect(needs('{{ amount or expected.amount }}')).toBe(true);
  expect(needs('the expected; { expected }')).toBe(false);
  expect(needs('{{ unexpected }} {{ expectedly }}')).toBe(false);
});
