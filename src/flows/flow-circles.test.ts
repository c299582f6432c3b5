import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const roomOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '.');

/** Which folders of flows import which, by the path that leads to a folder again where there is one. Tests may look at everything. */
function circleAmong(files: Readonly<Record<string, string>>): string[] | undefined {
  const imports = new Map<string, Set<string>>();
  for (const [file, text] of Object.entries(files)) {
    for (const [, specifier = ''] of text.matchAll(/\bfrom '(\.[^']+)'/g)) {
      const path = join(dirname(file), specifier);
      const [from, to] = [roomOf(file), roomOf(path)];
      // What lies beside the folders is what they have in common; what lies outside of flows, the rules of biome.json look after.
      if (path.startsWith('..') || from === '.' || to === '.' || from === to) continue;
      imports.set(from, (imports.get(from) ?? new Set()).add(to));
    }
  }
  const search = (path: readonly string[]): string[] | undefined => {
    const last = path.at(-1) ?? '';
    if (path.indexOf(last) < path.length - 1) return path.slice(path.indexOf(last));
    for (const next of imports.get(last) ?? []) {
      const found = search([...path, next]);
      if (found) return found;
    }
    return undefined;
  };
  return [...imports.keys()].map((room) => search([room])).find((found) => found !== undefined);
}

test('a circle of folders is found though no two files import each other', () => {
  const found = circleAmong({
    'gate/suite.ts': "import { audit } from '../audit/index.ts';",
    'audit/index.ts': "import { save } from '../promote/save.ts';",
    'promote/index.ts': "import { git } from '../gate/git.ts';",
  });
  expect(found).toEqual(['gate', 'audit', 'promote', 'gate']);
  expect(
    circleAmong({ 'gate/suite.ts': "import { audit } from '../audit/index.ts';", 'audit/index.ts': "import '../git.ts';" }),
  ).toBeUndefined();
});

test('no folder of flows imports another that imports it, over whatever way', () => {
  const files = globSync('**/*.ts', { cwd: import.meta.dirname }).filter((file) => !/\.test\.ts$|(^|\/)testing\//.test(file));
  expect(files.length).toBeGreaterThan(50);
  const texts = Object.fromEntries(files.map((file) => [file, readFileSync(join(import.meta.dirname, file), 'utf8')]));
  expect(Object.keys(texts).map(roomOf)).toContain(relative(import.meta.dirname, join(import.meta.dirname, 'judging')));
  expect(circleAmong(texts)).toBeUndefined();
});
