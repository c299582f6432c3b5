import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runHere } from '../testing/run-here.ts';

const underwriting = join(import.meta.dirname, '../../underwriting');

function project(): string {
  const directory = mkdtempSync(join(tmpdir(), 'docket-generate-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(join(underwriting, 'fixtures/with-arguments'), join(directory, 'variants/one'), { recursive: true });
  return directory;
}

test.each(['tool-variants', 'fixtures'])(
  'the types in underwriting/%s are those of their JSON; if not, npm run generate makes them so',
  async (folder) => {
    const { code, stdout } = await runHere(['generate', '--check', folder], { directory: underwriting });
    expect(code, stdout).toBe(0);
  },
);

test('a tool without arguments takes none, one with arguments takes exactly those', async () => {
  const directory = project();
  expect(await runHere(['generate'], { directory })).toMatchObject({ code: 0, stdout: '✓ variants/one.generated.ts: written\n' });
  const text = readFileSync(join(directory, 'variants/one.generated.ts'), 'utf8');
  expect(text).toContain('credit_risk: Record<string, never>;');
  expect(text).toContain("kind: 'mortgage' | 'card';");
  expect((await runHere(['generate', 'variants/one'], { directory })).stdout).toContain('as it is');
});

test('an old file fails the check, and is replaced; one that was not generated is left alone', async () => {
  const directory = project();
  const file = join(directory, 'variants/one.generated.ts');
  writeFileSync(file, '/* Generated from something else. */\n');
  const checked = await runHere(['generate', '--check', '--json'], { directory });
  expect(checked.code).toBe(1);
  expect(JSON.parse(checked.stdout)).toEqual({
    kind: 'generate',
    schemaVersion: 1,
    files: [{ path: 'variants/one.generated.ts', done: 'old' }],
  });
  expect((await runHere(['generate'], { directory })).code).toBe(0);
  writeFileSync(file, 'export const mine = 1;\n');
  expect(await runHere(['generate'], { directory })).toMatchObject({ code: 2, stderr: expect.stringContaining('was not generated') });
  expect(readFileSync(file, 'utf8')).toBe('export const mine = 1;\n');
});

test.each([
  ['no variant', { 'variants/one/decision.json': undefined }, ['variants'], 'holds no tool variant'],
  ['a folder that is not there', {}, ['nowhere'], 'holds no tool variant'],
  ['no JSON', { 'variants/one/decision.json': '{' }, [], 'cannot be read as JSON'],
  ['no tool', { 'variants/one/tools/x.json': '{"name": 3}' }, [], 'is no tool. Expected'],
])('%s is said, with the file', async (_, files, words, message) => {
  const directory = project();
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) rmSync(join(directory, name));
    else writeFileSync(join(directory, name), text);
  }
  const { code, stderr } = await runHere(['generate', ...words], { directory });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
