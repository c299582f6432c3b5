/**
 * How long a plan takes, and how much memory, by the number of scored traces: those of real runs of the underwriter's version 1 on the simulated model, told
 * again under new ids. Making and scoring them is not measured.
 *
 *     node evals/bench/improve-scale.ts [traces]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RawSpan } from '../../src/contracts/trace.ts';
import { openTraceStore } from '../../src/traces/store/open-trace-store.ts';
import { makeUnderwriterProject } from '../docs/underwriter-project.ts';

const wanted = Number(process.argv[2] ?? '100000');
const repository = join(import.meta.dirname, '../..');
const main = join(repository, 'src/cli/main.ts');
const project = makeUnderwriterProject();
const docket = (...words: readonly string[]) =>
  execFileSync(process.execPath, [main, ...words], { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

try {
  execFileSync(process.execPath, [join(repository, 'evals/docs/production-traffic.ts'), '24', 'v1', '3'], {
    cwd: project,
    stdio: 'ignore',
  });
  await grow(join(project, '.docket', 'traces.db'), wanted);
  docket('traces', 'score');
  const { stderr, status } = spawnSync('/usr/bin/time', ['-v', process.execPath, main, 'improve', '--version', 'v1'], {
    cwd: project,
    encoding: 'utf8',
  });
  const [, minutes = '0', seconds = '0'] = /Elapsed .*?(?:(\d+):)?([\d.]+)\n/.exec(stderr) ?? [];
  const [, kilobytes = '0'] = /Maximum resident set size \(kbytes\): (\d+)/.exec(stderr) ?? [];
  const cpu = [...stderr.matchAll(/(?:User|System) time \(seconds\): ([\d.]+)/g)].reduce((sum, [, each]) => sum + Number(each), 0);
  if (status !== 0) throw new Error(stderr);
  console.log(
    `${wanted} scored traces: ${(Number(minutes) * 60 + Number(seconds)).toFixed(1)} s (${cpu.toFixed(1)} s of CPU), ${Math.round(Number(kilobytes) / 1024)} MB`,
  );
} finally {
  rmSync(project, { recursive: true, force: true });
}

/** Stores the spans of its traces again and again, each time as other traces a little later. */
async function grow(file: string, traces: number): Promise<void> {
  const store = openTraceStore(file);
  const originals = await Promise.all((await store.list({ limit: 100 })).map(({ traceId }) => store.spans(traceId)));
  const some: RawSpan[] = [];
  for (let made = originals.length; made < traces; made += 1) {
    const spans = originals[made % originals.length] ?? [];
    const traceId = `f${(made + 1).toString(16).padStart(31, '0')}`;
    const later = BigInt(made) * 1_000_000_000n;
    for (const span of spans)
      some.push({ ...span, traceId, startUnixNano: (span.startUnixNano ?? 0n) - later, endUnixNano: (span.endUnixNano ?? 0n) - later });
    if (some.length > 4_000) await store.saveSpans(some.splice(0), { source: 'docket' });
  }
  await store.saveSpans(some, { source: 'docket' });
  await store.close();
}
