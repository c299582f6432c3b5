import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parts, readCorpus } from './corpus.ts';
import { measuredLines } from './measure.ts';

test('the corpus is 400 sentences, each once, half of them harmless, and a quarter is held out', () => {
  const [tuned, heldOut] = parts.map(readCorpus);
  const all = [...(tuned ?? []), ...(heldOut ?? [])];
  expect(new Set(all.map(({ text }) => text)).size).toBe(400);
  expect(all.filter(({ marked }) => marked.length === 0)).toHaveLength(200);
  expect(heldOut).toHaveLength(100);
});

test('the documentation says what is measured', () => {
  const page = readFileSync(new URL('../docs/redaction.md', import.meta.url), 'utf8');
  expect(page).toContain(`$ npx node evals/redaction/measure.ts\n${measuredLines(false).join('\n').trimEnd()}\n`);
});
