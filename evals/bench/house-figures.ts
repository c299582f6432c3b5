/**
 * Counts the house at commits side by side: source files and their lines, exported types, names that several files export, words of the map.
 * Tests, fixtures, what stands in for real parts in tests, and generated files are not counted. Prints a Markdown table.
 *
 *     node evals/bench/house-figures.ts [commit …]
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tableRow } from './markdown-table.ts';

const repository = join(import.meta.dirname, '../..');
const commits = process.argv.length > 2 ? process.argv.slice(2) : ['HEAD'];
const git = (...words: string[]) => execFileSync('git', ['-C', repository, ...words], { encoding: 'utf8', maxBuffer: 1e9 });

const figures = commits.map(figuresAt);
console.log(tableRow(['', ...commits.map((commit) => git('rev-parse', '--short', commit).trim())]));
console.log(tableRow(['---', ...commits.map(() => '--:')]));
for (const name of Object.keys(figures[0] ?? {}))
  console.log(tableRow([name, ...figures.map((each) => (each[name] ?? 0).toLocaleString('en'))]));

function figuresAt(commit: string): Record<string, number> {
  const files = git('ls-tree', '-r', '--name-only', commit, 'src')
    .split('\n')
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.ts$|\.generated\.ts$|\/testing\/|\/fixtures\//.test(file));
  const texts = files.map((file) => git('show', `${commit}:${file}`));
  const lines = texts.map((text) => text.split('\n').length - 1).toSorted((one, other) => one - other);
  const types = texts.flatMap((text) =>
    [...text.matchAll(/^export (?:interface|type|(?:abstract )?class) (\w+)/gm)].map(([, name = '']) => name),
  );
  const values = texts.flatMap((text) =>
    [...text.matchAll(/^export (?:async )?(?:function\*?|const) (\w+)/gm)].map(([, name = '']) => name),
  );
  return {
    'source files': files.length,
    'lines of source': lines.reduce((sum, count) => sum + count, 0),
    'lines of the median file': lines[Math.floor(lines.length / 2)] ?? 0,
    'files over 250 lines': lines.filter((count) => count > 250).length,
    'files under 20 lines': lines.filter((count) => count < 20).length,
    'exported types': types.length,
    'names of types exported by several files': severalOf(types),
    'names of functions and values exported by several files': severalOf(values),
    "words in the map's table": wordsAt(commit),
    'lines of the README': git('show', `${commit}:README.md`).split('\n').length - 1,
  };
}

function severalOf(names: readonly string[]): number {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index)).size;
}

function wordsAt(commit: string): number {
  const [, words = ''] = git('show', `${commit}:src/README.md`).split('\n## The words\n');
  // The table's head and its rule are no words.
  return (words.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|')).length - 2;
}
