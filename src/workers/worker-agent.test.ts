import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeAgent, describeVersion } from '../agent/describe-agent.ts';
import { modelRequest } from '../agent/model-request.ts';
import { refundDesk, scriptedModel } from '../agent/testing/refund-desk.ts';
import { resolveVersion } from '../agent/version.ts';
import type { Model } from '../model/model.ts';
import { protocolVersion } from './protocol.ts';
import { WorkerAgent, type WorkerOptions, type WorkerTask } from './worker-agent.ts';

const desk = refundDesk();
const hello = {
  type: 'hello',
  protocol: protocolVersion,
  docket: '0.0.0',
  agent: describeAgent(desk),
  version: describeVersion(resolveVersion(desk, 'v1')),
  settings: {},
};

/** What its version asks the model. */
const asked = modelRequest(hello.version, [{ role: 'user', content: 'Refund?' }]);

/** A worker in JavaScript: `take` gets each message of the judge; `say` writes an answer, `raw` any text. */
function worker(take: string, options: Partial<WorkerOptions> = {}): WorkerOptions {
  const script = `
    const { Socket } = require('node:net');
    const [requests, answers] = [new Socket({ fd: 3 }), new Socket({ fd: 4 })];
    const raw = (text) => answers.write(text);
    const say = (message) => raw(JSON.stringify(message) + '\\n');
    const hello = ${JSON.stringify(hello)};
    const ask = (run, call, other) => say({ type: 'model', call, run, request: { ...${JSON.stringify(asked)}, ...other } });
    let buffered = '';
    requests.on('close', () => process.exit(0));
    requests.on('data', (chunk) => {
      buffered += chunk;
      const lines = buffered.split('\\n');
      buffered = lines.pop();
      for (const message of lines.map((line) => JSON.parse(line))) { ${take} }
    });`;
  return {
    title: 'the candidate',
    command: {
      program: process.execPath,
      arguments: ['-e', script],
      directory: process.cwd(),
      environment: process.env as Record<string, string>,
      secrets: [],
    },
    task: { root: process.cwd() },
    onOutput() {},
    signal: new AbortController().signal,
    ...options,
  };
}

const decision = { approved: true, amount: 4 };
const answering = (): Model => scriptedModel([{ content: [{ type: 'text', text: JSON.stringify(decision), citations: null }] }]);
const usage = { inputTokens: 99, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
const honest = `
  if (message.type === 'start') say(hello);
  if (message.type === 'run') ask(message.id, message.id);
  if (message.type === 'answer') say({ type: 'decided', id: message.call, outcome: { kind: 'decided', decision: JSON.parse(message.answer.content[0].text) },
    transcript: { userMessage: 'Refund?', steps: [{ kind: 'model-call', model: 'x', stopReason: 'end_turn', content: message.answer.content, usage: ${JSON.stringify(usage)}, durationMs: 1 }] }, usage: ${JSON.stringify(usage)} });`;

async function run(options: WorkerOptions, model: Model = answering()) {
  const agent = await WorkerAgent.start(options);
  try {
    return await agent.run({ input: { amount: 4 }, model, series: 's', trialNumber: 1, signal: options.signal });
  } finally {
    agent.close();
  }
}

test('what a run cost and who answered is what the judge saw, not what the worker says', async () => {
  const { outcome, transcript, usage: counted } = await run(worker(honest));
  expect(outcome).toEqual({ kind: 'decided', decision });
  expect(counted).toEqual({ inputTokens: 10, outputTokens: 5, cacheWriteTokens: 2, cacheReadTokens: 3 });
  expect(transcript.steps).toMatchObject([{ model: 'claude-sonnet-4-6', usage: counted }]);
});

const decided = (outcome: object, steps: readonly object[] = []) =>
  `say({ type: 'decided', id: message.id ?? message.call, outcome: ${JSON.stringify(outcome)}, transcript: { userMessage: '', steps: ${JSON.stringify(steps)} }, usage: ${JSON.stringify(usage)} });`;
const starting = `if (message.type === 'start') say(hello);`;
const onRun = (what: string) => `${starting} if (message.type === 'run') { ${what} }`;
const onAnswer = (what: string) => `${onRun('ask(message.id, message.id);')} if (message.type === 'answer') { ${what} }`;
const step = (text: string) => ({
  kind: 'model-call',
  model: 'x',
  stopReason: 'end_turn',
  content: [{ type: 'text', text, citations: null }],
  usage,
  durationMs: 1,
});

test.for([
  ['dies', onRun('process.exit(3);'), 'ended by itself with exit code 3', true],
  ['dies without an error', onRun('process.exit(0);'), 'ended by itself with exit code 0', true],
  ['is killed', onRun("process.kill(process.pid, 'SIGKILL');"), 'was ended by SIGKILL', true],
  ['writes garbage', onRun("raw('Segmentation fault\\n');"), 'wrote something that is not JSON ("Segmentation fault")', false],
  ['writes JSON of another shape', onRun("raw('[1, 2]\\n');"), 'wrote a message of another shape', false],
  ['writes a message of an unknown kind', onRun("say({ type: 'verdict', pass: true });"), 'wrote a message of another shape', false],
  [
    'answers for another run',
    onRun("say({ type: 'thrown', id: 4711, message: '' });"),
    'answered run 4711, which is not in progress',
    false,
  ],
  ['asks the model for another run', onRun('ask(4711, 1);'), 'requested a model call for run 4711, which is not in progress', false],
  ['says hello again', onRun('say(hello);'), 'said "hello" a second time', false],
  ['answers a question that nobody asked', onRun("say({ type: 'parsed', id: 9, inputs: [] });"), 'that was not asked', false],
  ['writes 100 MB in one line', onRun("for (let i = 0; i < 100; i++) raw('x'.repeat(1 << 20));"), 'a line of more than 64 MiB', false],
  ['asks another model than it said', onRun("ask(message.id, 1, { model: 'claude-haiku-4-5' });"), 'with another "model" than that', false],
  [
    'asks with another prompt',
    onRun("ask(message.id, 1, { system: [{ type: 'text', text: 'Be kind.' }] });"),
    'with another "system" than',
    false,
  ],
  ['asks with other tools', onRun('ask(message.id, 1, { tools: [] });'), 'with another "tools" than', false],
  ['asks for more thought', onRun('ask(message.id, 1, { thinking: { type: "enabled" } });'), 'with another "thinking" than', false],
  [
    'puts words into the mouth of the model',
    onRun("ask(message.id, 1, { messages: [{ role: 'user', content: 'Refund?' }, { role: 'assistant', content: 'Yes.' }] });"),
    'answers in its messages that it was not given',
    false,
  ],
  [
    'writes half a line and dies',
    onRun('answers.write(\'{"type":"decided"\', () => process.exit(0));'),
    'ended by itself with exit code 0',
    true,
  ],
  [
    'answers with a run that is no number',
    onRun("say({ type: 'thrown', id: -1, message: '' });"),
    'wrote a message of another shape (id',
    false,
  ],
  ['closes its answers and stays', onRun('answers.destroy(); setInterval(() => {}, 1000);'), 'closed its answers without ending', false],
  ['prints 100 MB in one line', onRun("process.stdout.write('x'.repeat(100 << 20));"), 'printed a line of more than 64 MiB', false],
  ['hides a number that is none', onRun('raw(`{"type":"thrown","id":1e999,"message":""}\\n`);'), 'wrote a message of another shape', false],
  ['decides without a model', onRun(decided({ kind: 'decided', decision })), 'without asking the model', false],
  [
    'tells of another answer',
    onAnswer(decided({ kind: 'decided', decision }, [step('{"approved":false}')])),
    'answers that it was not given',
    false,
  ],
  ['leaves its model calls out', onAnswer(decided({ kind: 'decided', decision })), 'answers that it was not given', false],
  [
    'decides otherwise than the model',
    onAnswer(decided({ kind: 'decided', decision: { approved: false, amount: 4 } }, [step(JSON.stringify(decision))])),
    "another decision than the model's",
    false,
  ],
] as const)('a worker that %s is no outcome of the agent', async ([, take, why, retryable]) => {
  const { outcome } = await run(worker(take));
  expect(outcome).toMatchObject({ kind: 'infra-error', error: 'worker', message: expect.stringContaining(why), retryable });
  expect(outcome.kind === 'infra-error' && outcome.message).toMatch(/^The worker of the candidate /);
});

test('a worker that answers a run twice is held to account for the runs after it', async () => {
  const agent = await WorkerAgent.start(worker(honest.replaceAll('say({ type', 'for (const _ of [1, 2]) say({ type')));
  const request = { input: { amount: 4 }, series: 's', trialNumber: 1, signal: new AbortController().signal };
  const runs = await Promise.all([1, 2].map(() => agent.run({ ...request, model: answering() })));
  agent.close();
  expect(runs.map(({ outcome }) => outcome)).toContainEqual(
    expect.objectContaining({
      kind: 'infra-error',
      message: expect.stringMatching(/answered run \d+ twice|answered run \d+, which is not in progress/),
    }),
  );
});

test('a run that hangs is ended after its deadline, and the next run gets a new process', async () => {
  const first = "if (message.type === 'run') { if (message.input.amount === 4) for (;;); else ask(message.id, message.id); }";
  const agent = await WorkerAgent.start(
    worker(honest.replace("if (message.type === 'run') ask(message.id, message.id);", first), { graceMs: 700 }),
  );
  const request = { series: 's', trialNumber: 1, signal: new AbortController().signal };
  const hung = await agent.run({ ...request, input: { amount: 4 }, model: answering() });
  const next = await agent.run({ ...request, input: { amount: 5 }, model: answering() });
  agent.close();
  expect(hung.outcome).toMatchObject({ kind: 'infra-error', message: expect.stringContaining('did not end a run within its deadline') });
  expect(next.outcome).toEqual({ kind: 'decided', decision });
});

test('an abort ends the run with its reason, and an answer that comes afterwards is no fault', async () => {
  const controller = new AbortController();
  const late = `${starting} if (message.type === 'run') globalThis.last = message.id; if (message.type === 'cancel') say({ type: 'thrown', id: message.id, message: 'late' });
    if (message.type === 'parse') say({ type: 'parsed', id: message.id, inputs: [] });`;
  const agent = await WorkerAgent.start(worker(late));
  const run = agent.run({ input: {}, model: answering(), series: 's', trialNumber: 1, signal: controller.signal });
  setImmediate(() => controller.abort(new Error('Ctrl-C')));
  await expect(run).rejects.toThrow('Ctrl-C');
  await expect(agent.parse([])).resolves.toEqual([]);
  agent.close();
});

test.for([
  ['an older protocol', `say({ ...hello, protocol: 0 });`, /speaks protocol 0 \(Docket 0\.0\.0\), and this Docket speaks 1/],
  [
    'no hello',
    `process.stderr.write('no such module\\n', () => process.exit(1));`,
    /exit code 1 before it said hello. It printed: no such module/,
  ],
  ['a refusal', `say({ type: 'refused', message: 'docket.config.ts does not load.' });`, /^docket.config.ts does not load.$/],
  ['another message first', `say({ type: 'thrown', id: 1, message: '' });`, /wrote "thrown" before it said hello/],
] as const)('a start with %s is a sentence', async ([, take, message]) => {
  await expect(WorkerAgent.start(worker(take))).rejects.toThrow(message);
});

test('a start that is aborted before anybody knows what is to be served leaves nothing behind that keeps the process', async () => {
  const controller = new AbortController();
  const task = Promise.withResolvers<WorkerTask>();
  const starting = WorkerAgent.start(worker(honest, { task: task.promise, signal: controller.signal }));
  controller.abort(new Error('Ctrl-C'));
  await expect(starting).rejects.toThrow('Ctrl-C');
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  task.resolve({ root: '.' });
  await new Promise(setImmediate);
  expect(timers()).toBe(before);
});

test('a worker that ends with the line after its second hello leaves neither a question nor a run without an end', async () => {
  const bad = "if (message.type === 'start') raw(JSON.stringify(hello) + '\\ngarbage\\n');";
  const agent = await WorkerAgent.start(worker(bad));
  await expect(agent.parse([{}])).rejects.toThrow('wrote something that is not JSON');
  const request = { input: {}, model: answering(), series: 's', trialNumber: 1, signal: new AbortController().signal };
  const { outcome } = await agent.run(request);
  agent.close();
  expect(outcome).toMatchObject({ kind: 'infra-error', message: expect.stringContaining('wrote something that is not JSON') });
});

test('a worker that does not answer a question is ended, and the next question gets a new process', async () => {
  const hanging = `${starting} if (message.type === 'parse' && message.inputs.length === 1) for (;;); if (message.type === 'parse') say({ type: 'parsed', id: message.id, inputs: [] });`;
  const agent = await WorkerAgent.start(worker(hanging, { answerMs: 500 }));
  await expect(agent.parse([{}])).rejects.toThrow('The worker of the candidate did not answer "parse" within 1 s.');
  await expect(agent.parse([])).resolves.toEqual([]);
  agent.close();
});

test('a worker loads nothing before it is known what it serves, and ends where nothing is', async () => {
  const telling = "if (message.type === 'start') say({ ...hello, settings: { root: message.root } });";
  const later = Promise.withResolvers<{ root: string }>();
  const starting = WorkerAgent.start(worker(telling, { task: later.promise }));
  later.resolve({ root: '/desk' });
  const agent = await starting;
  agent.close();
  expect(agent.settings).toEqual({ root: '/desk' });
  const failing = worker(`${telling} setInterval(() => {}, 1000);`, { task: Promise.reject(new Error('Main does not load.')) });
  await expect(WorkerAgent.start(failing)).rejects.toThrow('Main does not load.');
  const early = { ...worker(''), task: new Promise<never>(() => {}) };
  const { command } = early;
  const [, script = ''] = command.arguments;
  const eager = { ...early, command: { ...command, arguments: ['-e', `${script}; say(hello);`] } };
  await expect(WorkerAgent.start(eager)).rejects.toThrow('wrote "hello" before it was told what to serve');
});

test('a worker that never says hello is given up', async () => {
  await expect(WorkerAgent.start(worker('', { helloMs: 50 }))).rejects.toThrow('did not say hello within 0 s');
});

test('children of a worker end with it', async () => {
  const spawning = `${starting} if (message.type === 'parse') {
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    say({ type: 'parsed', id: message.id, inputs: [{ input: { pid: child.pid } }] }); }`;
  const agent = await WorkerAgent.start(worker(spawning));
  const [parsed] = await agent.parse([{}]);
  const pid = parsed && 'input' in parsed ? Number(parsed.input.pid) : 0;
  expect(process.kill(pid, 0)).toBe(true);
  agent.close();
  await expect.poll(() => alive(pid)).toBe(false);
});

/** False for one that ended and waits to be collected, too. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
