import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Model } from '../model/model.ts';
import { agentPort } from './agent-port.ts';
import { type CommandAgentDefinition, commandAgent } from './command-agent.ts';
import type { Agent } from './define-agent.ts';
import { fingerprintVersion } from './fingerprint.ts';
import { resolveVersion } from './version.ts';

type Desk = CommandAgentDefinition<{ amount: number }, { approved: boolean }>;

const folder = mkdtempSync(join(tmpdir(), 'docket-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const desk = (command: readonly string[], more: Partial<Desk> = {}) => {
  const agent = commandAgent<{ amount: number }, { approved: boolean }>({
    name: 'desk',
    command: command as Desk['command'],
    source: import.meta.url,
    reads: [],
    directory: folder,
    input: z.strictObject({ amount: z.number() }),
    decision: z.strictObject({ approved: z.boolean() }),
    scorers: [],
    ...more,
  });
  closing.push(async () => agent.own?.close?.());
  return agent;
};

/** A program in the language of `sh`, because it starts at once. */
const shell = (script: string, more: Partial<Desk> = {}) => desk(['/bin/sh', '-c', script], more);

const model: Model = {
  mode: 'live',
  async create() {
    throw new Error('nobody asks');
  },
};

function run(agent: Agent, { amount = 4, signal = new AbortController().signal } = {}) {
  const context = { model, series: 's', trialNumber: 1, signal, now: () => performance.now() };
  return agentPort(agent, resolveVersion(agent, 'v1')).run({ amount }, context);
}
const outcomeOf = async (agent: Agent) => (await run(agent)).outcome;
const approved = { kind: 'decided', decision: { approved: true } };
const infra = (error: string, retryable: boolean, message: RegExp) => ({
  kind: 'infra-error',
  error,
  retryable,
  message: expect.stringMatching(message),
});
const invalid = (issue: RegExp) => ({ kind: 'invalid', issues: [expect.stringMatching(issue)] });
const none = (reason: RegExp) => ({ kind: 'no-decision', reason: expect.stringMatching(reason) });

test('a program gets the input on standard input and its version in its environment, and answers on standard output', async () => {
  const versions = { v1: { prompt: 'Be strict.', model: 'gpt-9', options: { temperature: 0 } } };
  const agent = shell('cat > given; echo "$AGENT_VERSION|$AGENT_PROMPT|$AGENT_MODEL|$AGENT_OPTIONS" > told; echo \'{"approved": true}\'', {
    versions,
  });
  expect(await outcomeOf(agent)).toEqual(approved);
  expect(readFileSync(join(folder, 'given'), 'utf8')).toBe('{"amount":4}');
  expect(readFileSync(join(folder, 'told'), 'utf8')).toBe('v1|Be strict.|gpt-9|{"temperature":0}\n');
});

test.for<[string, string, object]>([
  ['logs before its JSON', 'echo \'{"level":"info"}\'; echo "thinking {"; echo \'{"approved":\'; echo true}', approved],
  ['logs on standard error', 'echo \'{"approved":false}\' >&2; echo \'{"approved":true}\'', approved],
  ['a whole answer with what it used', 'echo \'{"decision":{"approved":true},"usage":{"inputTokens":3}}\'', approved],
  ['a refusal', 'echo \'{"outcome":{"kind":"refused","category":null,"explanation":"No."}}\'', { kind: 'refused', explanation: 'No.' }],
  ['garbage', 'echo "approved, I think"', invalid(/no JSON, and does not end with a JSON object/)],
  ['JSON and then something else', 'echo \'{"approved":true}\'; echo done', invalid(/no JSON/)],
  ['JSON in the middle of a line', 'echo \'the answer is {"approved":true}\'', invalid(/no JSON/)],
  ['two answers on a line', 'echo \'{"approved":true}{"approved":false}\'', invalid(/no JSON/)],
  ['nothing', ':', none(/^The output is empty\. Expected the decision as a JSON object\.$/)],
  ['another shape', 'echo \'{"approved":"yes"}\'', invalid(/^approved: /)],
  ['a list', 'echo \'[{"approved":true}]\'', invalid(/expected an object/)],
  ['an outcome that there is not', 'echo \'{"outcome":"approved"}\'', invalid(/"outcome" of the output is none that there is/)],
  ['what is no UTF-8', "printf '\\377\\376'", invalid(/no UTF-8/)],
  ['NaN', 'echo \'{"approved":NaN}\'', invalid(/no JSON/)],
  [
    'an answer, and fails',
    'echo \'{"approved":true}\'; echo "Traceback: no rule" >&2; exit 1',
    none(/exit code 1 and gave no answer\. It logged: Traceback: no rule/),
  ],
  ['that it cannot work now', 'exit 75', infra('worker', true, /exit code 75/)],
  ['that there is no such program', 'exec /no/such/program', infra('worker', false, /exit code 127/)],
  ['nothing, and is killed', 'kill -KILL $$', infra('worker', true, /ended by SIGKILL/)],
  ['nothing, and breaks down', 'kill -SEGV $$', infra('worker', true, /ended by SIGSEGV/)],
])('a program that says %s has an outcome for it', async ([, script, outcome]) => {
  expect(await outcomeOf(shell(script))).toMatchObject(outcome);
});

/** The outcome of a program that never ends, with a deadline that lets it make its file on a machine of any speed. */
async function begunBeforeItsDeadline(script: string, file: string) {
  for (let deadlineMs = 150; ; deadlineMs *= 2) {
    const outcome = await outcomeOf(shell(script, { versions: { v1: { deadlineMs } } }));
    if (existsSync(join(folder, file))) return outcome;
  }
}

test('a program that writes without end is ended, and so is one that never does', async () => {
  const endless = await outcomeOf(desk(['/usr/bin/env', 'yes'], { longestAnswer: 100_000 }));
  expect(endless).toMatchObject(none(/wrote more than 100,000 bytes for one answer/));
  const never = await outcomeOf(shell('sleep 60', { versions: { v1: { deadlineMs: 30 } } }));
  expect(never).toMatchObject(infra('timeout', true, /did not end within its deadline of 0\.03 s/));
  const logging = await begunBeforeItsDeadline('echo "no answer from the rules" >&2; touch begun; sleep 60', 'begun');
  expect(logging).toMatchObject(infra('timeout', true, /deadlineMs of the version\)\. It logged: no answer from the rules$/));
});

/** Whether a process is there, and no mere entry that nobody has collected yet. */
const isRunning = (pid: string) => existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));

test.skipIf(!existsSync('/proc/self/stat'))(
  'whatever a program started ends with it: at its end, at the deadline, at an abort',
  async () => {
    const child = 'sleep 60 & echo $! > child;';
    const gone = async () => {
      const pid = readFileSync(join(folder, 'child'), 'utf8').trim();
      while (isRunning(pid)) await wait(10);
      rmSync(join(folder, 'child'));
      return true;
    };
    expect(await outcomeOf(shell(`${child} echo '{"approved":true}'`))).toEqual(approved);
    expect(await gone()).toBe(true);
    expect(await begunBeforeItsDeadline(`${child} sleep 60`, 'child')).toMatchObject({ error: 'timeout' });
    expect(await gone()).toBe(true);
    const controller = new AbortController();
    const running = run(shell(`${child} sleep 60`), { signal: controller.signal });
    const stopped = expect(running).rejects.toThrow('Ctrl-C');
    while (!existsSync(join(folder, 'child')) || readFileSync(join(folder, 'child'), 'utf8') === '') await wait(5);
    controller.abort(new Error('Ctrl-C'));
    await stopped;
    expect(await gone()).toBe(true);
  },
);

test('what cannot be started ends the run by name, before anything is said about the agent', async () => {
  await expect(run(desk(['no-such-program-here']))).rejects.toThrow(
    /"no-such-program-here" cannot be started: there is no such program\. Expected/,
  );
  await expect(run(desk(['true'], { directory: join(folder, 'nowhere') }))).rejects.toThrow(
    /the folder .*nowhere, in which its program is to run, does not/,
  );
  await expect(run(shell('true', { needs: ['HOME', 'DESK_KEY_A', 'DESK_KEY_B'] }))).rejects.toThrow(
    /needs DESK_KEY_A, DESK_KEY_B in its environment/,
  );
});

test('what is missing is known without a trial', () => {
  expect(() => desk(['no-such-program-here']).own?.check?.()).toThrow(/there is no such program/);
  expect(() => desk(['./no-such-program']).own?.check?.()).toThrow(/there is no such program/);
  expect(() => shell('true', { needs: ['DESK_KEY_A'] }).own?.check?.()).toThrow(/needs DESK_KEY_A/);
  for (const program of ['sh', '/bin/sh']) desk([program]).own?.check?.();
});

test.for<[string, Partial<Desk>, string, object]>([
  ['the groups of an expression', { read: /approved: (?<approved>true|false)/ }, 'echo "I say approved: true."', approved],
  [
    'an expression that finds nothing',
    { read: /approved: (?<approved>true|false)/ },
    'echo "I say no."',
    invalid(/does not match \/approved/),
  ],
  [
    'an expression that finds two answers',
    { read: /(?<approved>true|false)/ },
    'echo "true or false"',
    invalid(/matches .* 2 times, and not with one answer/),
  ],
  ['a field', { read: { field: 'choices.0.answer' } }, 'echo \'{"choices":[{"answer":"{\\\\"approved\\\\":true}"}]}\'', approved],
  ['a field that is missing', { read: { field: 'result' } }, 'echo \'{"approved":true}\'', invalid(/no field "result"/)],
  ['a schema', { read: z.enum(['yes', 'no']).transform((text) => ({ approved: text === 'yes' })) }, 'echo yes', approved],
  [
    'a schema that does not fit',
    { read: z.enum(['yes', 'no']).transform((text) => ({ approved: text === 'yes' })) },
    'echo maybe',
    invalid(/Invalid option/),
  ],
  ['a function', { read: (text) => ({ approved: text.includes('granted') }) }, 'echo granted', approved],
  ['a function that finds nothing', { read: () => undefined }, 'echo granted', invalid(/holds no decision/)],
  ['a function that throws', { read: () => JSON.parse('{') }, 'echo granted', invalid(/cannot be read: SyntaxError/)],
])('a decision is read from text by %s', async ([, more, script, outcome]) => {
  expect(await outcomeOf(shell(script, more))).toMatchObject(outcome);
});

/** Answers each line by itself, unless the amount says otherwise. */
const worker = (answer: string, before = '', deadlineMs = 60_000) =>
  shell(`${before} while read -r line; do id=$(echo "$line" | sed 's/^{"id":\\([0-9]*\\),.*/\\1/'); ${answer}; done`, {
    worker: true,
    versions: { v1: { deadlineMs } },
  });
const yes = 'echo "{\\"id\\":$id,\\"decision\\":{\\"approved\\":true}}"';

test('a worker answers one trial after the other in one process, its logs apart', async () => {
  const agent = worker(`echo "$line" >> requests; echo thinking; echo '{"level":"info"}'; ${yes}`, 'echo started >> starts;');
  for (let trial = 0; trial < 3; trial += 1) expect(await outcomeOf(agent)).toEqual(approved);
  expect(readFileSync(join(folder, 'starts'), 'utf8')).toBe('started\n');
  const [request = ''] = readFileSync(join(folder, 'requests'), 'utf8').split('\n');
  expect(JSON.parse(request)).toEqual({
    id: expect.any(Number),
    input: { amount: 4 },
    version: { name: 'v1', prompt: '', model: null, options: {} },
  });
  await Promise.all([outcomeOf(agent), outcomeOf(agent)]);
  expect(readFileSync(join(folder, 'starts'), 'utf8')).toBe('started\nstarted\n');
});

test.for<[what: string, answer: string, outcome: object, deadlineMs?: number]>([
  ['answers twice', `printf '%s\\n' "$(${yes}; ${yes})"`, infra('worker', false, /The worker answered a request twice/)],
  [
    'answers for another',
    'echo \'{"id":0,"decision":{"approved":true}}\'',
    infra('worker', false, /answered the request 0, which nobody asked it/),
  ],
  [
    'answers with an id that is a text',
    'echo "{\\"id\\":\\"$id\\",\\"decision\\":{\\"approved\\":true}}"',
    infra('worker', false, /which nobody asked it/),
  ],
  ['only writes logs', 'echo thinking', infra('timeout', true, /deadline of 2 s .*It logged: thinking/), 2000],
  ['says that it failed', 'echo "{\\"id\\":$id,\\"error\\":\\"no rule\\"}"', none(/The worker says: no rule/)],
  ['gives no decision', 'echo "{\\"id\\":$id,\\"approved\\":true}"', none(/answer has no "decision"/)],
  ['gives another shape', 'echo "{\\"id\\":$id,\\"decision\\":{\\"approved\\":1}}"', invalid(/^approved: /)],
  ['gives text', 'echo "{\\"id\\":$id,\\"text\\":\\"{\\\\\\"approved\\\\\\":true}\\"}"', approved],
  [
    'ends at once',
    'echo "no such module" >&2; exit 1',
    infra('worker', false, /exit code 1 before any of them had answered.*no such module/s),
  ],
  ['is killed', 'kill -KILL $$', infra('worker', true, /ended by SIGKILL/)],
  ['writes a line without end', "head -c 9000000 /dev/zero | tr '\\0' 'x'", none(/wrote more than 8,388,608 bytes/)],
])('a worker that %s has an outcome for it', async ([, answer, outcome, deadlineMs]) => {
  expect(await outcomeOf(worker(answer, '', deadlineMs))).toMatchObject(outcome);
});

test('a worker that crashes is started anew, and what it failed counts; one that ends in good order is asked again', async () => {
  const crashing = worker(`case $line in *'"amount":9'*) exit 3;; esac; ${yes}`);
  expect(await outcomeOf(crashing)).toEqual(approved);
  expect((await run(crashing, { amount: 9 })).outcome).toMatchObject(none(/exit code 3 and gave no answer/));
  expect(await outcomeOf(crashing)).toEqual(approved);
  const leaving = worker(`${yes}; exit 0`);
  for (let trial = 0; trial < 3; trial += 1) expect(await outcomeOf(leaving)).toEqual(approved);
});

test('a worker that answers again after its answer ends a later trial as an infra error', async () => {
  const read = join(folder, 'first-answer-was-read');
  const again = `for _ in $(seq 100); do [ -e '${read}' ] && break; sleep 0.1; done; ${yes}`;
  const agent = worker(`${yes}; (${again}) & :`);
  expect(await outcomeOf(agent)).toEqual(approved);
  writeFileSync(read, '');
  const twice = infra('worker', false, /answered a request twice/);
  await expect.poll(() => outcomeOf(agent)).toMatchObject(twice);
});

test.for<[string, object, RegExp]>([
  ['no command', { command: [] }, /"command" is no command/],
  ['a command in one text', { command: 'python agent.py' }, /"command" is no command/],
  ['no list of files', { reads: undefined }, /"reads" is missing/],
  ['no source', { source: undefined }, /"source" is missing/],
  ['standard input for a worker', { worker: true, stdin: () => '' }, /"stdin" is for a new process/],
  ['no such way of traces', { traces: 'all' }, /"traces" is "all", expected flushed, waited-for, none/],
  ['a schema that cannot be used', { decision: { type: 'decision' } }, /"decision" is no schema/],
])('an agent with %s is refused', ([, more, message]) => {
  expect(() => desk(['true'], more as Partial<Desk>)).toThrow(message);
});

test('the command, its files and how it is run are part of the fingerprint', async () => {
  const of = (agent: Agent) => fingerprintVersion(agent, resolveVersion(agent, 'v1'), { mode: 'live', settings: {} });
  const plain = await of(desk(['true']));
  expect(await of(desk(['true']))).toBe(plain);
  const others = [
    desk(['true', '--strict']),
    desk(['true'], { worker: true }),
    desk(['true'], { variables: { A: '1' } }),
    desk(['true'], { read: /a/ }),
  ];
  const different = await Promise.all(others.map(of));
  expect(new Set([plain, ...different]).size).toBe(5);
});
