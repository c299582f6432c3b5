import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
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

test("promptfoo's trace assertions see the spans of a trial that ran and of one from the store alike", async () => {
  const configuration = JSON.parse(readFileSync(join(project.folder, 'promptfooconfig.yaml'), 'utf8'));
  configuration.tracing = { enabled: true };
  configuration.defaultTest.assert.push(
    { type: 'trace-span-count', value: { pattern: 'invoke_agent *', min: 1, max: 1 } },
    { type: 'trace-span-count', value: { pattern: 'chat *', min: 1, max: 1 } },
    { type: 'trace-error-spans', value: { max_count: 0 } },
  );
  project.write('promptfooconfig.yaml', JSON.stringify(configuration));
  for (const cached of [false, true]) {
    const { code, stdout, stderr } = await project.run(['-o', 'out.json']);
    const [row] = outputSchema.parse(JSON.parse(readFileSync(join(project.folder, 'out.json'), 'utf8'))).results.results;
    expect(row?.response.cached).toBe(cached);
    expect(row?.gradingResult.componentResults.filter(({ pass }) => !pass)).toEqual([]);
    expect(row?.gradingResult.componentResults.map(({ reason }) => reason).join('\n')).toMatch(/invoke_agent/);
    expect(code, stdout + stderr).toBe(0);
  }
}, 120_000);
