/**
 * How long the reading tools of `docket mcp` take to answer over a store of many spans: those of real runs of the underwriter on the simulated model, told
 * again under new ids. Over stdio, by the SDK's own client; beside the time that passed stands the processor time of the server and its children, which does
 * not depend on who else uses the machine. Making the store is not measured.
 *
 *     node evals/bench/mcp-scale.ts [spans] [calls a tool] [keep | the folder that an earlier one kept]
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { openTraceStore } from '../../src/traces/store/open-trace-store.ts';
import { makeUnderwriterProject } from '../docs/underwriter-project.ts';
import { tableRow } from './markdown-table.ts';
import { fillSpanStore } from './span-store.ts';

const spans = Number(process.argv[2] ?? '1000000');
const pauseMs = 700;
const calls = Number(process.argv[3] ?? '40');
const keeps = process.argv[4] === 'keep';
const given = keeps ? undefined : process.argv[4];
const repository = join(import.meta.dirname, '../..');
const main = join(repository, 'src/cli/main.ts');
const project = given ?? makeUnderwriterProject();
const file = join(project, '.docket', 'traces.db');

try {
  if (given === undefined) await fillSpanStore(project, spans);
  const store = openTraceStore(file);
  const ids = (await store.list({ limit: 200 })).map(({ traceId }) => traceId);
  const stored = (await store.query('SELECT count(*) AS n FROM spans', { rows: 1, milliseconds: 60_000 })).rows[0]?.[0];
  await store.close();
  const transport = new StdioClientTransport({ command: process.execPath, args: [main, 'mcp'], cwd: project, stderr: 'ignore' });
  const client = new Client({ name: 'mcp-scale', version: '1' });
  await client.connect(transport);
  const server = transport.pid ?? 0;
  const rows: string[][] = [];
  for (const [name, inputs] of Object.entries(questions(ids))) {
    const times: number[] = [];
    const before = cpuOf(server);
    for (let call = 0; call < calls; call += 1) {
      const input = inputs[call % inputs.length] ?? {};
      const start = performance.now();
      const answer = await client.callTool({ name, arguments: input });
      times.push(performance.now() - start);
      // As a model thinks between two calls.
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (answer.isError) throw new Error(`${name} ${JSON.stringify(input)}: ${JSON.stringify(answer.content)}`);
    }
    const cpu = (cpuOf(server) - before) / calls;
    const sorted = times.toSorted((one, other) => one - other);
    const at = (share: number) => `${Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0)} ms`;
    rows.push([`\`${name}\``, `${Math.round(times[0] ?? 0)} ms`, at(0.5), at(0.95), `${Math.round(cpu)} ms`]);
    console.error(rows.at(-1)?.join(' '));
  }
  await client.close();
  console.log(`${stored} spans, ${calls} calls a tool\n`);
  for (const cells of [['tool', 'first', 'median', 'p95', 'CPU a call'], ['---', '--:', '--:', '--:', '--:'], ...rows])
    console.log(tableRow(cells));
} finally {
  if (keeps) console.error(project);
  else if (given === undefined) rmSync(project, { recursive: true, force: true });
}

/** What is asked, by turns. */
function questions(ids: readonly string[]): Readonly<Record<string, readonly Record<string, unknown>[]>> {
  return {
    list_traces: [{}, { limit: 200 }, { finding: 'false-approval' }, { agent: 'underwriter', since: '3d' }, { before: ids[50] ?? '' }],
    get_trace: ids.map((traceId, index) => ({ traceId, detail: index % 2 === 0 ? 'summary' : 'full' })),
    query_traces: [
      { sql: 'SELECT * FROM traces LIMIT 50' },
      { sql: `SELECT name, count(*) AS n FROM spans WHERE trace_id = '${ids[3]}' GROUP BY name` },
      { sql: 'SELECT * FROM findings LIMIT 100' },
    ],
    traces_summary: [{}, { since: '1d' }],
    improvement_plan: [{}],
    list_cases: [{}, { limit: 5 }],
    get_case: [{ id: '03-score-exactly-740' }],
    list_versions: [{}],
  };
}

/** Processor time of a process and all that it waited for, in milliseconds: /proc/<pid>/stat, in ticks of 10 ms. */
function cpuOf(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return 0;
  const [, rest = ''] = readFileSync(path, 'utf8').split(') ');
  const fields = rest.split(' ').map(Number);
  return [11, 12, 13, 14].reduce((sum, field) => sum + (fields[field] ?? 0), 0) * 10;
}
