import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { sourceClosure } from '../source-closure.ts';

/** The first file is the source; a change of `counted` must be seen. `-> target` is a link. */
const kinds: readonly [name: string, files: Record<string, string>, counted: string][] = [
  [
    'createRequire',
    {
      'a.ts': "import { createRequire } from 'node:module';\nexport const t = createRequire(import.meta.url)('./x.cjs');",
      'x.cjs': 'module.exports = 1;',
    },
    'x.cjs',
  ],
  [
    'createRequire under a name',
    {
      'a.ts':
        "import { createRequire as make } from 'node:module';\nconst load: NodeJS.Require = make(import.meta.url);\nexport const t = load('./x.cjs');",
      'x.cjs': 'module.exports = 1;',
    },
    'x.cjs',
  ],
  [
    'require of a require',
    { 'a.cjs': "const y = require('./y');", 'y.js': "module.exports = require('./z.json');", 'z.json': '1' },
    'z.json',
  ],
  [
    'imports map',
    {
      'a.ts': "import '#rates';",
      'package.json': '{"imports":{"#rates":{"node":"./real.ts","default":"./other.ts"}}}',
      'real.ts': 'export {};',
      'other.ts': '',
    },
    'real.ts',
  ],
  [
    'imports map with a pattern',
    { 'a.ts': "export * from '#lib/rates';", 'package.json': '{"imports":{"#lib/*":"./lib/*.ts"}}', 'lib/rates.ts': 'export {};' },
    'lib/rates.ts',
  ],
  [
    'tsconfig paths',
    {
      'a.ts': "import '@lib/rates.ts';",
      'tsconfig.json': '{"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}',
      'lib/rates.ts': 'export {};',
    },
    'lib/rates.ts',
  ],
  [
    'address beside it',
    { 'a.ts': "export const u = new URL('./my%20rates.txt?x', import.meta.url);", 'my rates.txt': '1' },
    'my rates.txt',
  ],
  [
    'address with something computed',
    { 'a.ts': 'export const u = (n: string) => new URL(`./rates/${n}.json`, import.meta.url);', 'rates/a.json': '1' },
    'rates/a.json',
  ],
  ['folder beside it', { 'a.ts': "export const u = new URL('rates/', import.meta.url);", 'rates/deep/a.json': '1' }, 'rates/deep/a.json'],
  [
    'path joined to the folder',
    { 'a.ts': "import { join } from 'node:path';\nexport const p = join(import.meta.dirname, 'data', 'a.json');", 'data/a.json': '1' },
    'data/a.json',
  ],
  [
    'path joined to __dirname',
    { 'a.cjs': "exports.p = require('path').resolve(__dirname, './data/a.json');", 'data/a.json': '1' },
    'data/a.json',
  ],
  [
    'file that is read by name',
    { 'a.ts': "import { readFileSync } from 'node:fs';\nexport const p = readFileSync('data/a.json');", 'data/a.json': '1' },
    'data/a.json',
  ],
  ['dynamic import', { 'a.ts': "export const p = () => import('./b.ts');", 'b.ts': 'export {};' }, 'b.ts'],
  [
    'dynamic import with something computed',
    { 'a.ts': 'export const p = (n: string) => import(`./b/${n}.ts`);', 'b/x.ts': 'export {};' },
    'b/x.ts',
  ],
  [
    'linked package',
    {
      'app/a.ts': "import '@acme/rates';",
      'rates/package.json': '{"name":"@acme/rates","version":"0.0.0","exports":{"import":"./esm.js","require":"./cjs.cjs"}}',
      'rates/esm.js': "export * from './deep.js';",
      'rates/deep.js': '',
      'rates/cjs.cjs': '',
      'app/node_modules/@acme/rates': '-> ../../../rates',
    },
    'rates/deep.js',
  ],
  [
    'package from a folder, copied',
    {
      'a.ts': "import 'rates';",
      'package.json': '{"dependencies":{"rates":"file:../rates"}}',
      'node_modules/rates/package.json': '{"name":"rates","version":"1.0.0"}',
      'node_modules/rates/index.js': '',
      'node_modules/rates/data.json': '1',
    },
    'node_modules/rates/data.json',
  ],
  [
    'version of what an installed package depends on',
    {
      'a.ts': "import 'one';",
      'node_modules/one/package.json': '{"name":"one","version":"1.0.0","dependencies":{"two":"^1"}}',
      'node_modules/one/index.js': '',
      'node_modules/two/package.json': '{"name":"two","version":"1.0.0"}',
      'node_modules/two/index.js': '',
    },
    'node_modules/two/package.json',
  ],
  [
    'folder with signs that mean something in addresses',
    { 'a#1?%20/a.ts': "import '../b%232/c.ts';\nimport './d.ts';", 'a#1?%20/d.ts': 'export {};', 'b#2/c.ts': 'export {};' },
    'a#1?%20/d.ts',
  ],
];

function write(files: Record<string, string>): (file: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'closure-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    const place = join(folder, file);
    mkdirSync(dirname(place), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), place);
    else writeFileSync(place, text);
  }
  return (file) => join(folder, file);
}

function closureOf(files: Record<string, string>) {
  const at = write(files);
  const source = Object.keys(files)[0] ?? '';
  return sourceClosure({ sources: { tool: pathToFileURL(at(source)).href }, root: at('.') });
}

test.each(kinds)('%s: what it leads to counts', async (_name, files, counted) => {
  const before = (await closureOf(files)).hashes;
  expect((await closureOf(files)).hashes).toEqual(before);
  const text = files[counted] ?? '';
  const changed = text.includes('"1.0.0"') ? text.replace('1.0.0', '1.0.1') : `${text} `;
  expect((await closureOf({ ...files, [counted]: changed })).hashes).not.toEqual(before);
});

test.each(['a#1', 'a%20b', 'a%zz', 'a?b', 'x[1]{a}', 'ä b'])(
  'in the folder %s everything is found, and counts as anywhere else',
  async (folder) => {
    const files = {
      'a.ts':
        "import { x } from './lib/b.js';\nexport const u = [x, new URL('./data/', import.meta.url), new URL(`./data/${x}.json`, import.meta.url)];",
      'lib/b.ts': "export * from './c';\nexport * from '#own';",
      'lib/c.ts': 'export const x = 1;',
      'lib/own.ts': 'export {};',
      'data/d.json': '1',
      'package.json': '{"imports":{"#own":"./lib/own.ts"}}',
    };
    const within = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
    expect((await closureOf(within)).hashes).toEqual((await closureOf(files)).hashes);
  },
);

test('two files that change places are a change', async () => {
  const files = { 'a.ts': "import './low.ts';\nimport './high.ts';", 'low.ts': 'export const a = 1;', 'high.ts': 'export const a = 2;' };
  const swapped = { ...files, 'low.ts': files['high.ts'], 'high.ts': files['low.ts'] };
  expect((await closureOf(swapped)).hashes).not.toEqual((await closureOf(files)).hashes);
});

test.each([
  ['a computed import', 'export const f = (n: string) => import(n);', /imports a module whose name/],
  [
    'a computed require',
    "import { createRequire } from 'node:module';\nconst load = createRequire(import.meta.url);\nexport const f = (n: string) => load(n);",
    /requires a module whose name/,
  ],
  [
    'a require that is handed on',
    "import { createRequire } from 'node:module';\nexport const f = { load: createRequire(import.meta.url) };",
    /cannot be followed/,
  ],
  ['files that are opened', "import { readFileSync } from 'fs';\nexport const f = (n: string) => readFileSync(n);", /opens files/],
  ['programs', "import { execFile } from 'node:child_process';\nexport const f = execFile;", /runs programs/],
  ['built-in modules by name', "export const f = process.getBuiltinModule('fs');", /requests built-in modules/],
  ['built-in modules by a name in brackets', "export const f = process['getBuiltinModule']('fs');", /requests built-in modules/],
  ['a part of the process by a computed name', 'export const f = (n: string) => process[n]();', /Node's process/],
  ['settings from a file', "import { loadEnvFile as load } from 'node:process';\nload();", /takes settings from a file/],
  [
    'modules past the usual way',
    "import { Module } from 'node:module';\nexport const f = Module._load('fs');",
    /loads modules in an unusual way/,
  ],
  ['a native library', "process.dlopen(module, './x.node');", /native library/],
  ['code from text', "export const f = new Function('return 1');", /runs code/],
  ['an optional module', "export const f = import('./gone.ts').catch(() => 1);", /may load "\.\/gone\.ts"/],
  ['a computed address', 'export const f = (n: string) => new URL(n, import.meta.url);', /address of a file/],
])('%s cannot be known, and that is said', async (_name, text, why) => {
  const { unseen } = await closureOf({ 'a.ts': text });
  expect(unseen.map((each) => each.why).join('\n')).toMatch(why);
});

test('what needs nothing but what is written down leaves nothing unseen', async () => {
  const { unseen } = await closureOf({
    'a.ts': "import { join } from 'node:path';\nimport './b.ts';\nexport const a = join('x');",
    'b.ts': '',
  });
  expect(unseen).toEqual([]);
});
