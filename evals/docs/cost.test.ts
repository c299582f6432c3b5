import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProcess } from '../../src/cli/testing/run-process.ts';

const repository = join(import.meta.dirname, '../..');
const page = readFileSync(join(import.meta.dirname, 'cost.md'), 'utf8');

const print = (script: string, ...words: readonly string[]) =>
  runProcess([join(repository, 'evals/bench', script), ...words], { directory: repository, environment: {} });

test('the page has the table that its command prints', async () => {
  const { code, stdout, stderr } = await print('cost-model.ts');
  expect(code, stderr).toBe(0);
  expect(page).toContain(stdout.trim());
});

test("a reader's own figures take the place of those that stand there, and what is no figure is refused", async () => {
  const own = await print('cost-model.ts', '--trials', '1000', '--input-tokens', '1000000', '--output-tokens', '0.001', '--calls', '1');
  // A thousand times a million tokens at $3 a million.
  expect(own.stdout).toContain('| 1,000 | live | $3,000 |');
  const faulty = await print('cost-model.ts', '--calls', 'many');
  expect([faulty.code, faulty.stderr]).toEqual([1, expect.stringContaining('--calls many: expected a number above 0.')]);
  expect((await print('cost-model.ts', '--model', 'none')).stderr).toContain('not in the price table. Known: claude-');
});
