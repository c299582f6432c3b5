import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../traces/testing/temporary-folder.ts';
import { examplesInTraces } from './read-examples.ts';

it('runs whose messages stand in log records of their own are examples, too', async () => {
  using folder = temporaryFolder();
  const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
  const times = { startTimeUnixNano: 1_790_000_000_000_000_000, endTimeUnixNano: 1_790_000_000_100_000_000 };
  const span = { ...ids, ...times, name: 'chat', attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' } };
  const body = {
    input: { messages: [{ role: 'user', content: '{"parcel": 7}' }] },
    output: { messages: [{ role: 'assistant', content: '{"late": true}' }] },
  };
  const path = folder.file('spans.jsonl');
  writeFileSync(path, [span, { ...ids, timeUnixNano: 1_790_000_000_050_000_000, body }].map((each) => JSON.stringify(each)).join('\n'));
  expect(await examplesInTraces(path, 'spans.jsonl')).toEqual([
    { input: { parcel: 7 }, decision: { late: true }, from: `spans.jsonl, trace ${ids.traceId}` },
  ]);
});
