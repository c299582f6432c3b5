/**
 * Walks the underwriter's cases through batches: `docket eval --batch` and `docket baseline accept --batch` in processes of their own, against a server
 * of the Messages API on loopback that batches as the real one does. Prints a Markdown table: what each step sent, what it cost by the price list, and
 * what came of it. Simulated model, so the sums say what batches save, and not what a real model costs.
 *
 *     node evals/bench/batch-walk.ts
 *
 * Ends with 1 when a step comes out otherwise than it must.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { simulatedModel } from '../../src/model/simulated.ts';
import { ApiError } from '../../src/model/stand-in/api-error.ts';
import { type ServedModel, serveModel } from '../../src/model/stand-in/serve-model.ts';
import type { ItemFault } from '../../src/model/stand-in/served-batches.ts';
import { underwriter } from '../../src/underwriting/agent.ts';
import { makeUnderwriterProject } from '../docs/underwriter-project.ts';
import { tableRow } from './markdown-table.ts';

const docket = join(import.meta.dirname, '../../src/cli/main.ts');
const evaluate = ['eval', '--versions', 'v2', '--trials', '4'];
const projects: string[] = [];
const servers: ServedModel[] = [];
let failures = 0;

/** What a server was asked: single calls, and requests in batches. */
interface Asked {
  calls: number;
  batches: number[];
}

const { simulator } = underwriter;
if (!simulator) throw new Error('the underwriter has no simulator');

/** A server that does not say that it is a stand-in: its trials are priced as live ones are. */
async function serve(item?: (batch: number, index: number) => ItemFault | undefined): Promise<Asked & { readonly url: string }> {
  const asked: Asked = { calls: 0, batches: [] };
  const served = await serveModel(
    { ...simulatedModel(simulator as NonNullable<typeof simulator>), mode: 'live' },
    {
      batches: { looks: 3, lookMs: 300, ...(item ? { item } : {}) },
      onRequest({ method, path, body }) {
        if (method !== 'POST') return;
        if (path === '/v1/messages') asked.calls += 1;
        if (path === '/v1/messages/batches') asked.batches.push((JSON.parse(body) as { requests: object[] }).requests.length);
      },
    },
  );
  servers.push(served);
  return Object.assign(asked, { url: served.url });
}

function project(): string {
  const folder = makeUnderwriterProject();
  projects.push(folder);
  return folder;
}

/** Starts Docket in a project; what it writes is collected. */
function start(folder: string, url: string, words: readonly string[]) {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: _, ...environment } = process.env;
  const child: ChildProcess = spawn(process.execPath, [docket, ...words], {
    cwd: folder,
    env: { ...environment, ANTHROPIC_API_KEY: 'sk-ant-loopback-0123456789', ANTHROPIC_BASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (text += part));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, text: () => text };
}

interface Evaluation {
  readonly trials: { readonly run: number; readonly reused: number; readonly failed: number };
  readonly spentDollars?: number;
  readonly versions: readonly { readonly totals: { readonly passes: number; readonly runs: number } }[];
}

function evaluationIn(folder: string): Evaluation {
  return JSON.parse(readFileSync(join(folder, 'reports/evaluation.json'), 'utf8')) as Evaluation;
}

function row(step: string, asked: Asked, code: number | string | null, cost: string, came: string, isRight: boolean): void {
  const { calls, batches } = asked;
  const total = batches.reduce((sum, size) => sum + size, 0);
  const sent = [
    ...(calls > 0 ? [`${calls} single calls`] : []),
    ...(batches.length > 0 ? [`${total} in ${batches.length} ${batches.length === 1 ? 'batch' : 'batches'} (${batches.join(', ')})`] : []),
  ];
  console.log(tableRow([step, sent.join(', ') || 'nothing', cost, String(code), isRight ? came : `**${came}**`]));
  if (!isRight) failures += 1;
}

function came({ trials: { run, reused, failed }, versions }: Evaluation): string {
  const { passes = 0, runs = 0 } = versions[0]?.totals ?? {};
  return `${run} run, ${reused} reused, ${failed} failed; ${passes} of ${runs} passed`;
}
const dollars = ({ spentDollars }: Evaluation) => (spentDollars === undefined ? 'not known' : `$${spentDollars.toFixed(4)}`);

try {
  console.log(tableRow(['step', 'sent', 'spent', 'exit', 'what came of it']));
  console.log('|---|---|--:|--:|---|');

  const single = await serve();
  const alone = project();
  const plain = start(alone, single.url, evaluate);
  const plainCode = await plain.ended;
  const plainly = evaluationIn(alone);
  row('`docket eval`', single, plainCode, dollars(plainly), came(plainly), plainly.trials.failed === 0);

  const server = await serve();
  const batched = project();
  const run = start(batched, server.url, [...evaluate, '--batch']);
  const code = await run.ended;
  const evaluation = evaluationIn(batched);
  const wanted = single.calls;
  const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
  row('`docket eval --batch`', server, code, dollars(evaluation), came(evaluation), total(server.batches) === wanted && code === plainCode);

  const interrupted = await serve();
  const here = project();
  const killed = start(here, interrupted.url, [...evaluate, '--batch']);
  while (!/requests? sent/.test(killed.text())) await wait(20);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const there = project();
  mkdirSync(join(there, '.docket'), { recursive: true });
  cpSync(join(here, '.docket'), join(there, '.docket'), { recursive: true });
  rmSync(here, { recursive: true });
  row(
    'the same, killed as the first batch is under way',
    { calls: 0, batches: [...interrupted.batches] },
    'SIGKILL',
    '',
    'nothing stored yet',
    true,
  );
  const before = interrupted.batches.length;
  const resumed = start(there, interrupted.url, [...evaluate, '--batch']);
  const resumedCode = await resumed.ended;
  const after = evaluationIn(there);
  const rest = { calls: 0, batches: interrupted.batches.slice(before) };
  row(
    'the same command on another machine, with a copy of `.docket`',
    rest,
    resumedCode,
    dollars(after),
    came(after),
    total(interrupted.batches) === wanted && resumedCode === code && after.trials.failed === 0,
  );

  const faults: readonly (ItemFault | undefined)[] = ['expired', { error: new ApiError(529, 'Overloaded') }, 'missing'];
  const unlucky = await serve((batch, index) => (batch === 1 ? faults[index] : undefined));
  const retried = project();
  const again = start(retried, unlucky.url, [...evaluate, '--batch']);
  const againCode = await again.ended;
  const mended = evaluationIn(retried);
  row(
    'one request expired, one failed, one without a result',
    unlucky,
    againCode,
    dollars(mended),
    came(mended),
    // What the one without a result cost nobody knows.
    total(unlucky.batches) === wanted + 3 && mended.trials.failed === 0 && mended.spentDollars === undefined,
  );

  const cancelling = await serve((batch) => (batch === 1 ? 'canceled' : undefined));
  const cancelled = project();
  const ended = start(cancelled, cancelling.url, [...evaluate, '--batch']);
  const endedCode = await ended.ended;
  const none = evaluationIn(cancelled);
  row('somebody cancels the first batch', cancelling, endedCode, dollars(none), came(none), endedCode === 3 && none.trials.run === 0);
  const once = cancelling.batches.length;
  const next = start(cancelled, cancelling.url, [...evaluate, '--batch']);
  const nextCode = await next.ended;
  const done = evaluationIn(cancelled);
  row(
    'the same command again',
    { calls: 0, batches: cancelling.batches.slice(once) },
    nextCode,
    dollars(done),
    came(done),
    nextCode === code,
  );

  const accepting = await serve();
  const accepted = project();
  const accept = start(accepted, accepting.url, ['baseline', 'accept', '--mode', 'live', '--batch', '--trials', '4']);
  const acceptCode = await accept.ended;
  const says = /(\d+ of \d+ passed)/.exec(accept.text())?.[1] ?? accept.text().slice(-300);
  row('`docket baseline accept --batch`', accepting, acceptCode, '', says, acceptCode === 0 && total(accepting.batches) === wanted);
} finally {
  for (const server of servers) await server.close();
  for (const folder of projects) rmSync(folder, { recursive: true, force: true });
}
if (failures > 0) process.exitCode = 1;
