import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openTraceStore } from '../../../traces/store/open-trace-store.ts';
import { fixtureProject } from '../../testing/fixture-project.ts';
import { runHere } from '../../testing/run-here.ts';

const reported = fileURLToPath(new URL('../../../traces/fixtures/reported/', import.meta.url));
const project = fixtureProject();
afterAll(() => project[Symbol.dispose]());

/** Imports a file into a store of its own; gives what was said, and the traces. */
async function imported(name: string, bytes: Buffer | string = readFileSync(join(reported, name))) {
  const { directory } = project;
  rmSync(join(directory, '.docket'), { recursive: true, force: true });
  writeFileSync(join(directory, name), bytes);
  const ended = await runHere(['traces', 'import', name, '--json'], { directory });
  const store = openTraceStore(join(directory, '.docket/traces.db'));
  const traces = await Array.fromAsync(store.traces({}));
  await store.close();
  return { ...ended, traces, done: ended.stdout === '' ? undefined : JSON.parse(ended.stdout) };
}

const late = 'Parcel 7 is late.';

it('a file that is not all UTF-8, and a number that nothing holds, are said', async () => {
  const text = `[{"messages": [{"role": "user", "content": "Stra\u00dfe"}], "score": 1e999}]`;
  const { done, traces } = await imported('latin.json', Buffer.from(text, 'latin1'));
  expect(traces).toHaveLength(1);
  expect(done.unread.map(({ reason }: { reason: string }) => reason).join()).toMatch(/no(?:t all)? UTF-8.*/);
  expect(done.unread).toContainEqual(expect.objectContaining({ reason: 'a number is too large to store', kept: true }));
});

describe('a file that is not OTLP of today', () => {
  it.each([
    ['old-library-spans.json', 'otlp', { agent: 'desk', userMessage: 'Is parcel 7 late?', decision: late }],
    ['tempo-batches.json', 'otlp', { agent: 'desk', userMessage: 'Is parcel 7 late?', decision: late }],
    ['jaeger.json', 'jaeger', { agent: 'desk', decision: late, durationMs: 900 }],
    ['cloudwatch-spans.json', 'cloudwatch', { agent: 'desk', durationMs: 900 }],
    ['phoenix-spans.json', 'phoenix', { userMessage: 'Is parcel 7 late?', decision: late, durationMs: 1000 }],
    ['langsmith-runs.json', 'langsmith', { agent: 'desk', input: { parcel: 7 }, decision: { late: true } }],
    [
      'atif-trajectory.json',
      'atif',
      { agent: 'desk', userMessage: 'Is parcel 7 late?', decision: late, usage: { inputTokens: 10, outputTokens: 4 } },
    ],
    [
      'claude-code-session.jsonl',
      'claude-code',
      { userMessage: 'Is parcel 7 late?', decision: late, usage: { inputTokens: 10, outputTokens: 4 } },
    ],
    [
      'message-list-with-reward.json',
      'messages',
      { userMessage: 'Is parcel 7 late?', decision: late, evaluations: [{ name: 'reward', value: 1 }] },
    ],
    ['langfuse-agent-name.trace.json', 'langfuse', { agent: 'desk', input: { parcel: 7 } }],
    ['byte-order-mark.json', 'otlp', { agent: 'desk', decision: late }],
  ])('%s is known by its content and read', async (name, format, expected) => {
    const { code, done, traces } = await imported(name);
    expect(done).toMatchObject({ format, unreadable: 0, rejected: 0 });
    expect(traces).toHaveLength(1);
    expect(traces[0]).toMatchObject(expected);
    expect(code).toBe(0);
    const again = JSON.parse((await runHere(['traces', 'import', name, '--json'], project)).stdout);
    expect(again.added).toBe(0);
  });

  it('is read packed, too', async () => {
    const { traces } = await imported('jaeger.json.gz', gzipSync(readFileSync(join(reported, 'jaeger.json'))));
    expect(traces[0]).toMatchObject({ agent: 'desk', decision: late });
  });

  it.each([
    ['utf-16.json', undefined, /UTF-16/],
    ['broken-langfuse.trace.json', undefined, /broken-langfuse\.trace\.json.*not JSON/s],
    ['words.json', '{"some": "thing"}', /Expected OTLP traces.*--help names the other formats/s],
  ])('%s: the file is named with what is wrong', async (name, text, words) => {
    const { code, stderr } = await imported(name, text);
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
  });

  it.each([
    [
      'jaeger.json',
      '{"data": [{"traceID": 7, "spans": [null, {"spanID": {}, "tags": 3, "logs": [1], "references": [{}], "startTime": -1}], "processes": []}]}',
    ],
    ['runs.jsonl', '{"run_type": "llm", "id": "a", "inputs": 3, "outputs": [1], "extra": "x"}\n{"run_type": "tool"}\nnot json\n'],
    ['phoenix.json', '[{"span_kind": {}, "context": {"trace_id": [], "span_id": null}, "attributes": {"a": {"b": [{"c": null}]}}}]'],
    [
      'session.jsonl',
      '{"sessionId": "s", "type": "user", "message": {"role": 7, "content": {"a": 1}}}\n{"sessionId": "s", "type": "assistant", "message": {"id": "m", "usage": "x"}}\n',
    ],
    ['lists.json', '[{"messages": [{"role": "user", "content": "a"}]}, {"messages": 3}, null]'],
    [
      'steps.json',
      '{"schema_version": "ATIF-v1.4", "steps": [null, {"source": {}, "tool_calls": [null], "observation": {"results": [7]}}]}',
    ],
    [
      'spans.json',
      '[{"traceId": 1, "spanId": 2, "startTimeUnixNano": {}, "attributes": [1], "events": [null], "status": 3}, {"other": 1}]',
    ],
    ['deep.json', `[{"messages": [{"role": "user", "content": "a"}], "x": ${'['.repeat(5000)}${']'.repeat(5000)}}]`],
    ['deep.jsonl', `{"sessionId": "s", "type": "user", "message": ${'{"message":'.repeat(5000)}1${'}'.repeat(5000)}}\n`],
    [
      'deep-steps.json',
      `{"schema_version": "ATIF-v1.4", "steps": [{"source": "user", "message": ${'['.repeat(5000)}${']'.repeat(5000)}}]}`,
    ],
  ])('%s with nonsense in it costs what is nonsense, and no crash', async (name, text) => {
    const { code, stderr } = await imported(name, text);
    expect(stderr).not.toContain('bug in Docket');
    expect([0, 1]).toContain(code);
  });
});

/** The records of files one below the other. */
function joined(...names: readonly string[]): string {
  const records = names.flatMap((name) => JSON.parse(readFileSync(join(reported, name), 'utf8')));
  return records.map((record) => JSON.stringify(record)).join('\n');
}

describe('two formats', () => {
  it.each([
    [['jaeger.json', 'langsmith-runs.json'], 'jaeger, langsmith'],
    [['langsmith-runs.json', 'jaeger.json'], 'langsmith, jaeger'],
    [['phoenix-spans.json', 'jaeger.json'], 'phoenix, jaeger'],
    [['message-list-with-reward.json', 'langsmith-runs.json'], 'messages, langsmith'],
    [['cloudwatch-spans.json', 'atif-trajectory.json', 'phoenix-spans.json'], 'cloudwatch, atif, phoenix'],
  ])('in one file are both read: %j', async (names, format) => {
    const { code, done, traces } = await imported('two.jsonl', joined(...names));
    expect([code, done.format, done.unreadable]).toEqual([0, format, 0]);
    expect(new Set(traces.map(({ source }) => source)).size).toBe(names.length);
  });

  it.each(['jaeger.json', 'phoenix-spans.json', 'langsmith-runs.json', 'cloudwatch-spans.json', 'atif-trajectory.json'])(
    'and a record of no format beside %s is counted',
    async (name) => {
      const { code, done } = await imported('two.jsonl', `${joined(name)}\n{"data": [{"other": 1}]}\n{"some": "thing"}`);
      expect([code, done.unreadable]).toEqual([1, 2]);
    },
  );

  it('in one folder are both read, and what is neither costs none of them', async () => {
    const folder = join(project.directory, 'exports');
    mkdirSync(join(folder, 'deeper'), { recursive: true });
    for (const name of ['jaeger.json', 'adk.json']) cpSync(join(reported, name), join(folder, name));
    writeFileSync(join(folder, '.hidden'), 'x');
    rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
    expect(await runHere(['traces', 'import', 'exports'], project)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/exports.adk\.json: 4 new spans, .*\n.*exports.jaeger\.json: 1 new span from Jaeger/),
    });
    writeFileSync(join(folder, 'a.json'), '{"some": "thing"}');
    const { code, stdout } = await runHere(['traces', 'import', 'exports', '--json'], project);
    expect([code, JSON.parse(stdout).files]).toMatchObject([
      1,
      [{ error: expect.stringContaining('Expected OTLP traces') }, { added: 0, format: 'otlp' }, { known: 1, format: 'jaeger' }],
    ]);
    expect((await runHere(['traces', 'import', 'exports/deeper'], project)).stderr).toContain('is a folder without a file');
  });
});

it.each([
  ['an export by its name that is Jaeger', 'x.trace.json', 'jaeger.json', [], 0, ''],
  ['an export of Langfuse that is Jaeger', 'x.json', 'jaeger.json', ['--from', 'langfuse'], 2, 'Expected a trace exported from Langfuse'],
  [
    'one of Braintrust that is Langfuse’s',
    'x.json',
    'langfuse-agent-name.trace.json',
    ['--from', 'braintrust'],
    2,
    'Expected a span tree of Braintrust',
  ],
])('%s goes by what it is', async (_, name, content, words, code, message) => {
  cpSync(join(reported, content), join(project.directory, name));
  const ended = await runHere(['traces', 'import', name, ...words], project);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(message);
});

it('an event of ten megabytes is read, searched by its beginning and shown cut, and a name that is an escape moves no cursor', async () => {
  const hostile = '\u001B[2Jdesk\u202E\u0007';
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const ids = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    name: hostile,
    startTimeUnixNano: '1790000000000000000',
    endTimeUnixNano: '1790000000000000001',
  };
  const attributes = [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', hostile), text('session.id', hostile)];
  const events = [
    { name: 'gen_ai.user.message', attributes: [text('content', 'Is parcel 7 late?')] },
    { name: 'gen_ai.choice', attributes: [text('content', `Late. ${'x'.repeat(10_000_000)}`)] },
  ];
  const { code, traces } = await imported(
    'big.json',
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, attributes, events }] }] }] }),
  );
  expect([code, traces[0]?.agent, traces[0]?.userMessage]).toEqual([0, hostile, 'Is parcel 7 late?']);
  expect(String(traces[0]?.decision)).toHaveLength(10_000_006);
  for (const words of [
    ['ls', '--text', 'parcel late'],
    ['ls'],
    ['show', 'aaaa'],
    ['summary', '--agent', 'nobody'],
    ['score', '--agent', 'nobody'],
  ]) {
    const { stdout, stderr } = await runHere(['traces', ...words], project);
    expect(stdout.length + stderr.length).toBeLessThan(20_000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
    expect(stdout + stderr).not.toMatch(/[\u001B\u0007\u202E]/);
    expect(stdout + stderr).toContain('desk');
  }
});
