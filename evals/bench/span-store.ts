import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { RawSpan } from '../../src/contracts/trace.ts';
import { openTraceStore } from '../../src/traces/store/open-trace-store.ts';

const repository = join(import.meta.dirname, '../..');

/**
 * Fills the trace store of a project of the underwriter: with real runs on the simulated model, scored and read for a plan, and with these told again under
 * new ids, one second apart, until there are so many spans.
 */
export async function fillSpanStore(project: string, spans: number): Promise<void> {
  const docket = (...words: readonly string[]) =>
    execFileSync(process.execPath, [join(repository, 'src/cli/main.ts'), ...words], { cwd: project, stdio: 'ignore' });
  execFileSync(process.execPath, [join(repository, 'evals/docs/production-traffic.ts'), '24', 'v1', '3'], {
    cwd: project,
    stdio: 'ignore',
  });
  docket('traces', 'score');
  docket('improve', '--version', 'v1');
  const store = openTraceStore(join(project, '.docket', 'traces.db'));
  const originals = await Promise.all(
    (await store.list({ limit: 100 })).map(async ({ traceId }) => ({
      spans: await store.spans(traceId),
      scores: await store.scores(traceId),
    })),
  );
  let made = 0;
  for (let number = 1; made < spans; number += 1) {
    const some: RawSpan[] = [];
    const scores = new Map<string, Awaited<ReturnType<typeof store.scores>>>();
    while (some.length < 4000 && made < spans) {
      const original = originals[number % originals.length];
      const traceId = `f${number.toString(16).padStart(31, '0')}`;
      const earlier = BigInt(number) * 1_000_000_000n;
      for (const span of original?.spans ?? [])
        some.push({
          ...span,
          traceId,
          startUnixNano: (span.startUnixNano ?? 0n) - earlier,
          endUnixNano: (span.endUnixNano ?? 0n) - earlier,
        });
      scores.set(traceId, original?.scores ?? []);
      made += original?.spans.length ?? 0;
      number += 1;
    }
    await store.saveSpans(some, { source: 'docket' });
    await store.saveAllScores(scores, 'as the original');
  }
  await store.close();
}
