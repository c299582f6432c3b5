import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { placeOf } from './place-of.ts';
import { syntaxFaultBehind } from './syntax-fault.ts';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'docket-syntax-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

it.each<[string, Record<string, string>, string]>([
  ['a module', { 'a.ts': "import { x } from './b.mjs';", 'b.mjs': '\nexport const x = = 1;' }, 'b.mjs:2'],
  [
    'a module behind others',
    { 'a.ts': "export * from './lib/b.js';", 'lib/b.ts': "import '../c.cjs';", 'c.cjs': 'module.exports = {\n x: [1,,;\n};' },
    'c.cjs:2',
  ],
  ['one that is required', { 'a.ts': "const x = require( './b' );", 'b.cjs': '(' }, 'b.cjs:1'],
  ['one that is loaded later', { 'a.ts': "await import('./b/')", 'b/index.js': '\n\n}' }, 'b/index.js:3'],
  ['none, in a circle', { 'a.ts': "import './b.mjs';", 'b.mjs': "import './a.ts';\nimport './gone.mjs';" }, ''],
])('%s that cannot be read is named with its line', (_name, files, place) => {
  const folder = folderOf(files);
  expect(syntaxFaultBehind(join(folder, 'a.ts'))).toBe(place && ` (${join(folder, place)})`);
});

it('the place of what cannot be linked is the file that imports, and not the one of ours that asked for it', () => {
  const error = new SyntaxError("The requested module './n.ts' does not provide an export named 'x'");
  error.stack = `file:///desk/docket.config.ts:1\nimport { x } from './n.ts';\n         ^\n${error.message}\n    at load (file:///docket/load.ts:4:5)`;
  expect(placeOf(error)).toBe(' (/desk/docket.config.ts:1)');
});
