import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { sourceClosure } from './source-closure.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Writes files into a new folder and returns a function that gives their URLs. */
function project(files: Record<string, string>): (file: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'closure-'));
  folders.push(folder);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return (file) => pathToFileURL(join(folder, file)).href;
}

async function hashesOf(source: string): Promise<readonly string[]> {
  return (await sourceClosure({ sources: { agent: source } })).hashes;
}

const files = {
  'tools/calc.ts':
    "import type { Unused } from '../types.ts';\nimport { rate } from '../policy.ts';\nexport const run = (): number => rate;\n",
  'policy.ts': "export { rate } from './rates.ts';\nimport './tools/calc.ts';\n",
  'rates.ts': 'export const rate: number = 6.5;\n',
  'types.ts': 'export type Unused = 1;\n',
};

test('a changed constant two imports away changes it; a file only imported for its types does not', async () => {
  const before = await hashesOf(project(files)('tools/calc.ts'));
  expect(before).toHaveLength(4);
  expect(await hashesOf(project({ ...files, 'rates.ts': files['rates.ts'].replace('6.5', '6.4') })('tools/calc.ts'))).not.toEqual(before);
  expect(await hashesOf(project({ ...files, 'types.ts': 'export type Unused = 2;\n' })('tools/calc.ts'))).toEqual(before);
});

test('the folder and a loader query in the URL are no part of it', async () => {
  const [one, other] = [project(files), project(files)];
  expect(await hashesOf(`${one('tools/calc.ts')}?namespace=1`)).toEqual(await hashesOf(other('tools/calc.ts')));
});

test('data files count, and an import written .js finds its .ts', async () => {
  const entry = "import limits from './limits.json' with { type: 'json' };\nimport { a } from './a.js';\nexport default [limits, a];\n";
  const make = (limit: number) =>
    project({ 'entry.ts': entry, 'limits.json': `{"limit":${limit}}`, 'a.ts': 'export const a = 1;' })('entry.ts');
  expect(await hashesOf(make(1))).toHaveLength(3);
  expect(await hashesOf(make(1))).not.toEqual(await hashesOf(make(2)));
});

test('an installed package counts as name and version; Docket itself does not count', async () => {
  const closure = await hashesOf(new URL('./version.ts', import.meta.url).href);
  expect(closure.some((entry) => /^zod@\d/.test(entry))).toBe(true);
  const docket = new URL('../index.ts', import.meta.url).href;
  const agent = project({ 'agent.ts': `import { defineAgent } from '${docket}';\nexport const a = defineAgent;\n` });
  expect(await hashesOf(agent('agent.ts'))).toHaveLength(1);
});

test.skipIf(process.platform !== 'linux').each(['/proc/', '/proc/self/status', '/dev/', '/sys/kernel/'])(
  'what the machine writes (%s) is never read, and said to be unseen',
  async (path) => {
    const agent = project({ 'a.ts': `import { readFileSync } from 'node:fs';\nexport const a = () => readFileSync('${path}' + 'x');\n` })(
      'a.ts',
    );
    const closure = await sourceClosure({ sources: { agent }, root: dirname(fileURLToPath(agent)) });
    expect(closure.files.size).toBe(1);
    expect(closure.unseen).toContainEqual(expect.objectContaining({ why: `opens "${path}", which the machine writes`, reading: true }));
  },
);

test('what cannot be found is named', async () => {
  await expect(hashesOf(project({})('gone.ts'))).rejects.toThrow(/gone\.ts: the source cannot be read \(ENOENT\)/);
  await expect(hashesOf(project({ 'a.ts': "import './gone.ts';" })('a.ts'))).rejects.toThrow('the import "./gone.ts" was not found');
  await expect(hashesOf(project({ 'a.ts': "import 'not-installed-anywhere';" })('a.ts'))).rejects.toThrow(
    '"not-installed-anywhere" is not installed',
  );
});
