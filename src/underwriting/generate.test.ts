import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateAll } from './generate.ts';

test.each(['tool-variants/', 'fixtures/'])(
  'the types below %s are those of its JSON files; if not, npm run generate makes them so',
  async (directory) => {
    const generated = await generateAll(new URL(directory, import.meta.url));
    expect(generated.length).toBeGreaterThan(0);
    for (const { file, text } of generated) expect(readFileSync(file, 'utf8'), file.pathname).toBe(text);
  },
);

test('a tool without arguments takes none, one with arguments takes exactly those', async () => {
  const [{ text } = { text: '' }] = await generateAll(new URL('fixtures/', import.meta.url));
  expect(text).toContain('credit_risk: Record<string, never>;');
  expect(text).toContain("kind: 'mortgage' | 'card';");
});
