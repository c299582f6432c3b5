import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Model } from '../model/model.ts';
import { agentPort } from './agent-port.ts';
import { fingerprintParts } from './fingerprint.ts';
import { type FunctionAgentDefinition, functionAgent } from './function-agent.ts';
import { resolveVersion } from './version.ts';

type Desk = FunctionAgentDefinition<{ amount: number }, { approved: boolean }>;

const desk = (run: unknown, more: Partial<Desk> = {}) =>
  functionAgent<{ amount: number }, { approved: boolean }>({
    name: 'desk',
    source: import.meta.url,
    input: z.strictObject({ amount: z.number() }),
    decision: z.strictObject({ approved: z.boolean() }),
    run: run as Desk['run'],
    scorers: [],
    ...more,
  });

const model: Model = {
  mode: 'live',
  async create() {
    throw new Error('nobody asks');
  },
};
const context = { model, series: 's', trialNumber: 1, signal: new AbortController().signal, now: () => performance.now() };
const run = (answer: unknown, more: Partial<Desk> = {}, reference = 'v1') => {
  const agent = desk(answer, more);
  return agentPort(agent, resolveVersion(agent, reference)).run({ amount: 4 }, context);
};
const decided = { kind: 'decided', decision: { approved: true } };

test('a function decides, and is told what its version names', async () => {
  let told: unknown;
  const answer = async (input: { amount: number }, { version }: { version: unknown }) => {
    told = version;
    return { decision: { approved: input.amount < 5 } };
  };
  const versions = { v1: {}, v2: { prompt: 'Be strict.', model: 'gpt-9', options: { temperature: 0 } } };
  expect((await run(answer, { versions }, 'v2')).outcome).toEqual(decided);
  expect(told).toEqual({ name: 'v2', prompt: 'Be strict.', model: 'gpt-9', options: { temperature: 0 } });
  expect(await run(answer, { versions })).toEqual({
    outcome: decided,
    transcript: { userMessage: '{"amount":4}', steps: [] },
    usage: { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 },
  });
  expect(told).toEqual({ name: 'v1', prompt: '', model: undefined, options: {} });
});

test('what it tells of its model calls and tools is the transcript, and adds up to its usage', async () => {
  const usage = { inputTokens: 7, outputTokens: 2, cacheWriteTokens: 0, cacheReadTokens: 1 };
  const call = { kind: 'model-call', model: 'gpt-9', stopReason: null, content: [{ type: 'text', text: 'Yes.' }], usage, durationMs: 5 };
  const tool = { kind: 'tool-call', id: '1', tool: 'look-up', input: {}, result: 'known', isError: false, durationMs: 1 };
  const told = await run(() => ({ decision: { approved: true }, transcript: { userMessage: 'May I?', steps: [call, tool, call] } }));
  expect(told.transcript).toEqual({ userMessage: 'May I?', steps: [call, tool, call] });
  expect(told.usage).toEqual({ inputTokens: 14, outputTokens: 4, cacheWriteTokens: 0, cacheReadTokens: 2 });
  expect((await run(() => ({ decision: { approved: true }, usage: { outputTokens: 3 } }))).usage).toMatchObject({
    inputTokens: 0,
    outputTokens: 3,
  });
});

test.for<[string, () => unknown, object]>([
  ['nothing', () => undefined, { kind: 'no-decision', reason: expect.stringContaining('returned nothing') }],
  [
    'a decision by itself',
    () => ({ approved: true }),
    { kind: 'no-decision', reason: expect.stringContaining('no "decision" ({"approved":true})') },
  ],
  ['a text', () => 'yes', { kind: 'no-decision', reason: expect.stringContaining('no "decision" ("yes")') }],
  ['another shape', () => ({ decision: { approved: 'yes' } }), { kind: 'invalid', issues: [expect.stringContaining('approved: ')] }],
  ['one field too many', () => ({ decision: { approved: true, why: 1 } }), { kind: 'invalid', issues: [expect.stringContaining('why')] }],
  ['what is no JSON', () => ({ decision: { approved: 1n } }), { kind: 'invalid', issues: ['the decision cannot be written as JSON'] }],
  ['a refusal', () => ({ outcome: { kind: 'refused', category: null, explanation: 'No.' } }), { kind: 'refused', explanation: 'No.' }],
])('a function that returns %s has an outcome for it', async ([, answer, outcome]) => {
  expect((await run(answer)).outcome).toMatchObject(outcome);
});

const failing =
  (fields: object, name = 'Error') =>
  () => {
    throw Object.assign(new Error('it failed'), { name }, fields);
  };
const infra = (error: string, retryable: boolean) => ({ kind: 'infra-error', error, retryable });

test.for<[string, () => unknown, object]>([
  ['with a fault of its own', failing({}, 'TypeError'), { kind: 'no-decision', reason: 'The function threw TypeError: it failed' }],
  ['with a status that blames the request', failing({ status: 400 }), { kind: 'no-decision' }],
  ['no error at all', () => Promise.reject('no'), { kind: 'no-decision', reason: 'The function threw "no"' }],
  ['because the server is busy', failing({ status: 429 }), infra('rate-limit', true)],
  ['because the server is broken', failing({ statusCode: 503 }), infra('server', true)],
  ['because the key is refused', failing({ status: 401 }), infra('authentication', false)],
  ['because nobody is there', failing({ cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }), infra('connection', true)],
  ['because a call of its own took too long', failing({}, 'TimeoutError'), infra('timeout', true)],
])('a function that throws %s ends so', async ([, answer, outcome]) => {
  expect((await run(answer)).outcome).toMatchObject(outcome);
});

test('a function that never ends is ended by its deadline, and by whoever ends the run, whatever it makes of the signal', async () => {
  const never = () => new Promise(() => {});
  expect((await run(never, { versions: { v1: { deadlineMs: 5 } } })).outcome).toMatchObject(infra('timeout', true));
  const controller = new AbortController();
  const agent = desk(never);
  const running = agentPort(agent, resolveVersion(agent, 'v1')).run({ amount: 4 }, { ...context, signal: controller.signal });
  controller.abort(new Error('Ctrl-C'));
  await expect(running).rejects.toThrow('Ctrl-C');
});

test('a function cannot change the input of the trials after it', async () => {
  const input = { amount: 4 };
  const agent = desk((given: { amount: number }) => {
    given.amount = 9;
    return { decision: { approved: true } };
  });
  await agentPort(agent, resolveVersion(agent, 'v1')).run(input, context);
  expect(input).toEqual({ amount: 4 });
});

test.for<[string, () => unknown, RegExp]>([
  [
    'a transcript of another shape',
    () => ({ decision: { approved: true }, transcript: { steps: [{}] } }),
    /desk": its transcript has another shape/,
  ],
  ['usage in words', () => ({ decision: { approved: true }, usage: { inputTokens: 'many' } }), /desk": its usage has another shape/],
  ['an outcome that there is not', () => ({ outcome: { kind: 'passed' } }), /desk": its outcome has another shape/],
])('a function that tells %s is refused by name', async ([, answer, message]) => {
  await expect(run(answer)).rejects.toThrow(message);
});

test('a schema that waits is refused by name', async () => {
  const decision = z.strictObject({ approved: z.boolean() }).refine(async () => true);
  await expect(run(() => ({ decision: { approved: true } }), { decision })).rejects.toThrow(
    /its decision schema failed: .*must check at once/,
  );
});

test.for<[string, Partial<Desk>, RegExp]>([
  ['no function', { run: 'run' as never }, /"run" is no function/],
  ['no version', { versions: {} }, /has no versions/],
  ['a version with a blank in its name', { versions: { 'v 1': {} } }, /the version name "v 1"/],
  ['a schema that is none', { decision: { type: 'decision' } }, /"decision" is no schema/],
])('an agent with %s is refused', ([, more, message]) => {
  expect(() => desk(() => ({}), more)).toThrow(message);
});

test('JSON Schema does for input and decision, and each thing that a version names is a part of its fingerprint', async () => {
  const input = { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] };
  const decision = { type: 'object', properties: { approved: { type: 'boolean' } }, required: ['approved'], additionalProperties: false };
  const versions = { v1: {}, prompted: { prompt: 'Be strict.' }, named: { model: 'gpt-9' }, set: { options: { temperature: 0 } } };
  const agent = desk(() => ({ decision: { approved: true } }), { input, decision, versions });
  expect(agent.input.safeParse({ amount: 'four' }).success).toBe(false);
  expect((await agentPort(agent, resolveVersion(agent, 'v1')).run({ amount: 4 }, context)).outcome).toEqual(decided);
  const parts = async (reference: string) => fingerprintParts(agent, resolveVersion(agent, reference), { mode: 'live', settings: {} });
  const plain = await parts('v1');
  const different = async (reference: string) =>
    Object.entries(await parts(reference)).flatMap(([name, hash]) => (plain[name as keyof typeof plain] === hash ? [] : [name]));
  expect(await different('prompted')).toEqual(['prompt']);
  expect(await different('named')).toEqual(['model']);
  expect(await different('set')).toEqual(['settings']);
});
