import { afterAll, beforeAll, expect, it } from 'vitest';
import { gateProject } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const docket = new URL('../../index.ts', import.meta.url).href;
const main = gateProject();

/** A worker as a team has it that never heard of Docket: it tells of its tool by OpenTelemetry, by hand here because an SDK takes long to load. */
const program = (limit: number) => `
import { createInterface } from 'node:readline';
import { limitOf } from './limits.mjs';
const text = (key, value) => ({ key, value: { stringValue: value } });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, input, traceparent } = JSON.parse(line);
  const [, traceId, parentSpanId] = traceparent.split('-');
  const attributes = [text('gen_ai.operation.name', 'execute_tool'), text('gen_ai.tool.name', 'weigh')];
  const at = { startTimeUnixNano: '1000000000', endTimeUnixNano: '2000000000' };
  const span = { traceId, spanId: 'ab'.repeat(8), parentSpanId, name: 'execute_tool weigh', kind: 1, attributes, ...at };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const headers = { 'content-type': 'application/json' };
  await fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + '/v1/traces', { method: 'POST', headers, body });
  console.error('weighed');
  const accepted = input.weight <= limitOf(${limit});
  console.log(JSON.stringify({ id, decision: { accepted, fee: accepted ? input.weight * 2 : 0, reason: 'As weighed.' } }));
}
`;

beforeAll(async () => {
  for (const path of ['clerk.ts', 'scales.ts', 'user-message.txt', 'prompts/v1.md']) main.remove(path);
  main.write('counter/clerk.mjs', program(20));
  main.write('counter/limits.mjs', 'export const limitOf = (limit) => limit;\n');
  main.write(
    'agent.ts',
    `
import { z } from 'zod';
import { commandAgent, expectedDecision, trajectory } from '${docket}';
export const parcelCounter = commandAgent({
  name: 'parcel-counter',
  command: [process.execPath, 'counter/clerk.mjs'],
  source: import.meta.url,
  reads: ['counter/**'],
  worker: true,
  input: z.strictObject({ weight: z.number().positive() }),
  decision: z.strictObject({ accepted: z.boolean(), fee: z.number(), reason: z.string() }),
  scorers: [expectedDecision({ approvalField: 'accepted' }), trajectory({ required: ['weigh'], hard: true })],
});
`,
  );
  main.commit('A program');
  const { code, stderr } = await runHere(['baseline', 'accept'], main);
  if (code !== 0) throw new Error(stderr);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

it('a program that was rewritten passes after trials, whose transcripts in the gate are what it sent', { tags: ['slow'] }, async () => {
  using rewritten = changing(main, { 'counter/limits.mjs': 'export const limitOf = (limit) => Math.min(limit, 1000);\n' });
  const { verdict } = await judge(rewritten);
  // A trial without the tool in its transcript fails: the scorer of the course is a hard one.
  expect(verdict).toMatchObject({ verdict: 'pass', basis: 'tested', mode: 'live', spending: { trials: { spent: 12 } } });
});

it('a program that got worse by one of its files, or calls its tool no more, regressed', { tags: ['slow'] }, async () => {
  using kind = changing(main, { 'counter/limits.mjs': 'export const limitOf = (limit) => limit + 79;\n' });
  expect((await judge(kind)).verdict).toMatchObject({ verdict: 'regressed', accusation: { cause: 'case' } });
  using hasty = changing(main, { 'counter/clerk.mjs': program(20).replace('  await fetch(', '  if (input.weight < 21) await fetch(') });
  expect((await judge(hasty)).verdict).toMatchObject({ verdict: 'regressed', accusation: { cause: 'case' } });
});

it('a program whose files change while it is on trial gets no verdict, and no shard takes its trials', { tags: ['slow'] }, async () => {
  const editing = program(20).replace("  console.error('weighed');", "  appendFileSync('counter/limits.mjs', '// Edited.\\n');");
  using edited = changing(main, { 'counter/clerk.mjs': `import { appendFileSync } from 'node:fs';\n${editing}` });
  const limits = edited.read('counter/limits.mjs');
  const told = 'v1 changed while its trials were run: it differs in the other files of the agent, the code and the files read at run time';
  const { verdict } = await judge(edited);
  expect(verdict).toMatchObject({ verdict: 'incomplete', reason: expect.stringContaining(told) });
  edited.write('counter/limits.mjs', limits);
  const { code, stdout } = await runHere(['gate', '--shard', '1/1'], edited);
  expect([code, stdout.replace(/\s+/g, ' ')]).toEqual([3, expect.stringContaining(told)]);
});
