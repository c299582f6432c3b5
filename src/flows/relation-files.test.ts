import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ruleFiles } from './gate/rules/rule-files.ts';
import { relationFiles } from './relation-files.ts';
import { scorerHash } from './scorer-hash.ts';

const directory = mkdtempSync(join(tmpdir(), 'docket-relations-'));
afterAll(() => rmSync(directory, { recursive: true }));

function projectWith(name: string, files: Readonly<Record<string, string>>) {
  const root = join(directory, name);
  mkdirSync(root);
  for (const [path, text] of Object.entries({
    'docket.config.ts': "import './relations.ts';\nimport './prompt.ts';",
    'relations.ts': "import { twins } from './words.ts';\nexport const relations = [invariance({ twins })];",
    'words.ts': 'export const twins = () => [1];',
    'prompt.ts': 'export const prompt = 1;',
    'scorers.ts': 'export const scorers = [];',
    ...files,
  }))
    writeFileSync(join(root, path), text);
  const relation = { name: 'same', kind: 'invariance', twins: () => [], check: () => [] };
  return {
    root,
    file: join(root, 'docket.config.ts'),
    gate: { relations: true },
    agent: {
      root,
      scorers: [],
      relations: [relation],
      scorersSource: join(root, 'scorers.ts'),
      toolVariants: {},
      userMessage: { source: join(root, 'prompt.ts') },
    },
  };
}
const hashOf = (project: unknown) => scorerHash(project as Parameters<typeof scorerHash>[0]);

test.each<[string, Readonly<Record<string, string>>]>([
  ['what makes the twins', { 'words.ts': 'export const twins = () => [];' }],
  ['the file that declares them', { 'relations.ts': 'export const relations = [ monotone ({ field: "a" })];' }],
  ['a relation that is made by hand', { 'relations.ts': "export const own = { name: 'same', kind: 'straddle' };" }],
])('a change of %s is a change of what judges', async (name, files) => {
  const before = await hashOf(projectWith(`${name} before`, {}));
  expect(await hashOf(projectWith(`${name} after`, files))).not.toBe(before);
});

test('a prompt is none of it, and nothing is where no relation judges', async () => {
  const project = projectWith('as it is', {});
  expect(await hashOf(projectWith('prompt', { 'prompt.ts': 'export const prompt = 2;' }))).toBe(await hashOf(project));
  expect(await relationFiles({ ...project, gate: {} })).toEqual([]);
  const { scorers } = await ruleFiles(project as unknown as Parameters<typeof ruleFiles>[0]);
  expect([...scorers.files.keys()].map((file) => file.slice(project.root.length + 1)).sort()).toEqual([
    'relations.ts',
    'scorers.ts',
    'words.ts',
  ]);
});
