/**
 * What many trials of the underwriter take in batches, and as single calls: time, the peak of memory, requests and dollars. A server on loopback
 * that answers at once, simulated model; prints a Markdown table.
 *
 *     node evals/bench/batch-scale.ts --trials 667
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulatedModel } from '../../src/model/simulated.ts';
import { serveModel } from '../../src/model/stand-in/serve-model.ts';
import { underwriter } from '../../src/underwriting/agent.ts';
import { makeUnderwriterProject } from '../docs/underwriter-project.ts';
import { tableRow } from './markdown-table.ts';

const { trials } = parseArgs({ options: { trials: { type: 'string', default: '667' } } }).values;
const docket = join(import.meta.dirname, '../../src/cli/main.ts');
const { simulator } = underwriter;
if (!simulator) throw new Error('the underwriter has no simulator');

console.log(tableRow(['command', 'trials', 'requests', 'time', 'memory at most', 'spent']));
console.log('|---|--:|--:|--:|--:|--:|');
for (const words of [['--batch'], ['--batch', '-j', '1000'], ['-j', '100']]) await measure(words);

async function measure(words: readonly string[]): Promise<void> {
  let requests = 0;
  const served = await serveModel(
    { ...simulatedModel(simulator as NonNullable<typeof simulator>), mode: 'live' },
    {
      batches: { lookMs: 200 },
      onRequest({ method, body }) {
        if (method === 'POST') requests += body.match(/"custom_id"/g)?.length ?? 1;
      },
    },
  );
  const folder = makeUnderwriterProject();
  const start = performance.now();
  const child = spawn(process.execPath, [docket, 'eval', '--versions', 'v2', '--trials', trials, ...words], {
    cwd: folder,
    env: { ...process.env, ANTHROPIC_API_KEY: 'sk-ant-loopback-0123456789', ANTHROPIC_BASE_URL: served.url },
    stdio: 'ignore',
  });
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, 200);
  await new Promise((resolve) => child.on('close', resolve));
  clearInterval(look);
  const seconds = (performance.now() - start) / 1000;
  const evaluation = JSON.parse(readFileSync(join(folder, 'reports/evaluation.json'), 'utf8'));
  await served.close();
  rmSync(folder, { recursive: true });
  console.log(
    tableRow([
      `\`docket eval ${words.join(' ')}\``,
      evaluation.trials.run.toLocaleString('en'),
      requests.toLocaleString('en'),
      `${seconds.toFixed(0)} s`,
      `${Math.round(peak / 1024)} MB`,
      `$${evaluation.spentDollars.toFixed(2)}`,
    ]),
  );
}

/** The largest resident set so far, in kibibytes, as Linux counts it. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
