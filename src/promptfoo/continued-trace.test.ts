import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { traceSink } from '../traces/testing/trace-sink.ts';
import { Project } from './testing/project.ts';

const project = new Project([{ id: 'small', amount: 10 }], [{ version: 'strict', prompt: 'strict' }]);
afterAll(() => project.remove());

const outputSchema = z.object({
  results: z.object({
    results: z.array(
      z.object({
        success: z.boolean(),
        response: z.object({ cached: z.boolean() }),
        gradingResult: z.object({ reason: z.string(), componentResults: z.array(z.object({ pass: z.boolean(), reason: z.string() })) }),
      }),
    ),
  }),
});

/** Runs it and gives its only row. */
async function evaluated(environment: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await project.run(['-o', 'out.json'], environment);
  const [row] = outputSchema.parse(JSON.parse(readFileSync(join(project.folder, 'out.json'), 'utf8'))).results.results;
  const failed = row?.gradingResult.componentResults.filter(({ pass }) => !pass).map(({ reason }) => reason);
  return { code, printed: stdout + stderr, row, failed };
}

test("promptfoo's trace assertions see the spans of a trial that ran and of one from the store alike, and so does a receiver", {
  tags: ['slow'],
}, async () => {
  const configuration = JSON.parse(readFileSync(join(project.folder, 'promptfooconfig.yaml'), 'utf8'));
  configuration.tracing = { enabled: true };
  configuration.defaultTest.assert.push(
    { type: 'trace-span-count', value: { pattern: 'invoke_agent *', min: 1, max: 1 } },
    { type: 'trace-span-count', value: { pattern: 'chat *', min: 1, max: 1 } },
    { type: 'trace-error-spans', value: { max_count: 0 } },
  );
  await using sink = await traceSink();
  project.write('promptfooconfig.yaml', JSON.stringify(configuration));
  for (const cached of [false, true]) {
    const { code, printed, row, failed } = await evaluated(sink.environment);
    expect(row?.response.cached).toBe(cached);
    expect(failed).toEqual([]);
    expect(row?.gradingResult.componentResults.map(({ reason }) => reason).join('\n')).toMatch(/invoke_agent/);
    expect(code, printed).toBe(0);
  }
  const names = ['promptfoo.test_case', 'invoke_agent expense-desk', 'chat claude-sonnet-4-6', 'evaluate expense-desk'];
  expect(await sink.names()).toEqual([expect.arrayContaining(names), expect.arrayContaining(names)]);

  // An assertion that no run can keep.
  configuration.defaultTest.assert.push({ type: 'trace-span-count', value: { pattern: 'chat *', min: 2 } });
  project.write('promptfooconfig.yaml', JSON.stringify(configuration));
  const { code, failed } = await evaluated();
  expect(failed).toEqual([expect.stringMatching(/^Found 1 spans matching pattern "chat \*", expected at least 2/)]);
  expect(code).toBe(100);
});
