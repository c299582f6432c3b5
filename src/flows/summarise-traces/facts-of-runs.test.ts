import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';
import { rawSpan, testStart, traceId } from '../../traces/testing/raw-span.ts';
import { temporaryFolder } from '../../traces/testing/temporary-folder.ts';
import { countedRuns } from './counted-run.ts';
import { factsOfRuns } from './facts-of-runs.ts';

const many = 5_001;

it('reads the older half of many in a second thread, each run once, and again here where something of it is damaged', {
  tags: ['slow'],
}, async () => {
  using folder = temporaryFolder();
  const file = folder.file('traces.db');
  const told: string[] = [];
  const store = openTraceStore(file, Date.now, (message) => told.push(message));
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 1 };
  await store.saveSpans(
    Array.from({ length: many }, (_, index) =>
      rawSpan(index + 1, {
        traceId: traceId(index + 1),
        parentSpanId: null,
        attributes,
        startUnixNano: testStart + BigInt(index) * 1_000_000n,
      }),
    ),
    { source: 'otlp' },
  );
  const signal = new AbortController().signal;
  const read = async () => (await Array.fromAsync(factsOfRuns(store, {}, signal))).flat();
  const here = async () => (await Array.fromAsync(countedRuns(store.runs({})))).flat();
  const whole = await read();
  expect(whole).toHaveLength(many);
  expect(whole).toEqual(await here());
  expect(told).toEqual([]);

  const other = new DatabaseSync(file);
  other.exec(`UPDATE span_rows SET attributes = replace(attributes, 'chat', 'shat') WHERE id = 7`);
  other.close();
  const damaged = await read();
  expect(told).toEqual([expect.stringContaining(`a span of trace ${traceId(7)} cannot be read`)]);
  expect(damaged.map(({ facts }) => facts.calls.length).filter((calls) => calls === 0)).toHaveLength(1);
  expect(damaged).toEqual(await here());

  const interruption = new AbortController();
  const interrupted = factsOfRuns(store, {}, interruption.signal);
  await interrupted.next();
  interruption.abort(new Error('enough'));
  await expect(Array.fromAsync(interrupted)).rejects.toThrow('enough');
  await store.close();
});
