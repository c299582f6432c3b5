import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../contracts/clock.ts';
import { checkOutBase, placeOfMain } from './base-checkout.ts';
import { changedFiles } from './changed-files.ts';
import { isAsCommitted } from './verify-checkout.ts';
import { WatchedFiles } from './watched-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'docket-main-'));
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=Clerk', '-c', 'user.email=clerk@example.org', '-C', folder, ...words], { encoding: 'utf8' }).trim();
const write = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const silent = { clock: systemClock, signal: new AbortController().signal, warn() {} };
const checkOut = async () =>
  checkOutBase(folder, commit, { changed: await changedFiles(folder, commit), loads: { packages: new Set(), docket: undefined } }, silent);
let commit = '';

beforeAll(() => {
  write(join(folder, '.gitignore'), 'node_modules\n*.cache\n');
  write(join(folder, 'cases/heavy.json'), '{ "accepted": false }');
  write(join(folder, 'docket.config.ts'), 'export default {};\n');
  write(join(folder, 'node_modules/scales/index.js'), 'export const limit = 20;\n');
  write(join(folder, 'packages/own/index.js'), 'export const own = true;\n');
  symlinkSync('../packages/own', join(folder, 'node_modules/own'));
  git('init', '--quiet', '--template=', '--initial-branch', 'main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All');
  commit = git('rev-parse', 'HEAD');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Other content of the same length and time, and a word to git not to look. */
function exchange(file: string, from: string, to: string): void {
  const { atime, mtime } = statSync(file);
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  utimesSync(file, atime, mtime);
}

describe("an earlier run's checkout of main", () => {
  const left: [string, (worktree: string) => void][] = [
    ['holds another case of the same length and time', (worktree) => exchange(join(worktree, 'cases/heavy.json'), 'false', 'true ')],
    [
      'holds a case that its own index does not look at',
      (worktree) => {
        execFileSync('git', ['-C', worktree, 'update-index', '--assume-unchanged', 'cases/heavy.json']);
        write(join(worktree, 'cases/heavy.json'), '{ "accepted": true }');
      },
    ],
    ['holds one more case', (worktree) => write(join(worktree, 'cases/light.json'), '{ "accepted": true }')],
    ['lacks a case', (worktree) => rmSync(join(worktree, 'cases/heavy.json'))],
    [
      'holds a link for a case',
      (worktree) => {
        rmSync(join(worktree, 'cases/heavy.json'));
        write(join(worktree, 'x.cache'), '{ "accepted": false }');
        symlinkSync('../x.cache', join(worktree, 'cases/heavy.json'));
      },
    ],
    [
      "says that another repository is its own, in which that is the commit's content",
      (worktree) => {
        write(join(worktree, 'cases/heavy.json'), '{ "accepted": true }');
        rmSync(join(worktree, '.git'), { recursive: true, force: true });
        execFileSync('git', ['init', '--quiet', '--template=', worktree]);
        execFileSync('git', ['-C', worktree, 'add', '--all']);
      },
    ],
  ];
  for (const [index, [what, change]] of left.entries()) {
    it(`that ${what} is made again`, { tags: index < 2 ? [] : ['slow'] }, async () => {
      const { worktree } = await checkOut();
      const { repository } = await placeOfMain(folder, commit);
      expect(await isAsCommitted(repository, worktree, commit)).toBe(true);
      change(worktree);
      expect(await isAsCommitted(repository, worktree, commit)).toBe(false);
      await checkOut();
      expect(readFileSync(join(worktree, 'cases/heavy.json'), 'utf8')).toBe('{ "accepted": false }');
      expect(existsSync(join(worktree, 'cases/light.json'))).toBe(false);
    });
  }

  it('keeps nothing that git ignores, and no package that the candidate does not have', async () => {
    const { worktree } = await checkOut();
    write(join(worktree, 'cases/answers.cache'), 'all of them');
    write(join(worktree, 'node_modules/answers/index.js'), 'export default true;\n');
    rmSync(join(worktree, 'node_modules/scales'));
    write(join(worktree, 'node_modules/scales/index.js'), 'export const limit = 99;\n');
    await checkOut();
    expect(existsSync(join(worktree, 'cases/answers.cache'))).toBe(false);
    expect(existsSync(join(worktree, 'node_modules/answers'))).toBe(false);
    expect(lstatSync(join(worktree, 'node_modules/scales')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(worktree, 'node_modules/scales/index.js'), 'utf8')).toContain('20');
  });
});

it('where no package is the repository’s own, one link leads to all of them, and what is added behind it is named', async () => {
  rmSync(join(folder, 'node_modules/own'));
  const checkout = await checkOut();
  expect(lstatSync(join(checkout.worktree, 'node_modules')).isSymbolicLink()).toBe(true);
  const watched = new WatchedFiles({ checkout, packages: [] });
  await watched.requireUnchanged();
  write(join(folder, 'node_modules/answers/index.js'), 'export default true;\n');
  await expect(watched.requireUnchanged()).rejects.toThrow(/node_modules\/answers/);
  rmSync(join(folder, 'node_modules/answers'), { recursive: true });
  symlinkSync('../packages/own', join(folder, 'node_modules/own'));
  await checkOut();
  expect(lstatSync(join(checkout.worktree, 'node_modules')).isSymbolicLink()).toBe(false);
});

describe('what is written beside main while the candidate is judged', () => {
  const written: [string, (worktree: string) => void, RegExp | undefined][] = [
    ['a case, put back afterwards', (worktree) => exchange(join(worktree, 'cases/heavy.json'), 'x', 'x'), /main's cases\/heavy\.json\. /],
    ['a new case', (worktree) => write(join(worktree, 'cases/light.json'), '{}'), /main's cases\/light\.json/],
    ['a package', (worktree) => write(join(worktree, 'node_modules/zod/index.js'), ''), /main's node_modules\/zod/],
    [
      'a package nearer to a file',
      (worktree) => write(join(worktree, 'cases/node_modules/scales/index.js'), ''),
      /main's cases\/node_modules/,
    ],
    ['code of a package that main loads', () => exchange(join(folder, 'node_modules/scales/index.js'), '20', '99'), /scales\/index\.js/],
    ['the whole folder', (worktree) => rmSync(worktree, { recursive: true, force: true }), /and \d+ more/],
    ["what main's own code keeps for itself", (worktree) => write(join(worktree, 'cases/answers.cache'), 'x'), undefined],
    ['nothing', () => {}, undefined],
  ];
  for (const [what, change, named] of written) {
    it(`is ${named ? 'named' : 'no matter'}: ${what}`, async () => {
      const checkout = await checkOut();
      const { worktree } = checkout;
      write(join(worktree, 'cases/older.cache'), 'x');
      const watched = new WatchedFiles({ checkout, packages: [join(folder, 'node_modules/scales')] });
      change(worktree);
      // Another gate of the same commit finds everything as it should be, and changes nothing.
      if (!named) await checkOut();
      if (named) await expect(watched.requireUnchanged()).rejects.toThrow(named);
      else await watched.requireUnchanged();
    });
  }
});
