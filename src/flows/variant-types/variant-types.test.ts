import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { variantTypes } from './index.ts';

test('a tool that the provider runs has no type, as nobody implements it; one that the caller runs takes anything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'variant-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'tools'));
  writeFileSync(join(folder, 'decision.json'), '{"type": "object"}');
  writeFileSync(join(folder, 'tools/bash.json'), '{"type": "bash_20250124", "name": "bash"}');
  writeFileSync(join(folder, 'tools/web_search.json'), '{"type": "web_search_20250305", "name": "web_search"}');
  const [types] = await variantTypes([folder]);
  expect(types?.text).toMatch(/bash: Record<string, unknown>/);
  expect(types?.text).not.toContain('web_search');
});
