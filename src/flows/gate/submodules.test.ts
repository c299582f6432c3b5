import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factorPaths } from '../../agent/factor-files.ts';
import { systemClock } from '../../contracts/clock.ts';
import { checkOutBase } from './base-checkout.ts';
import { changedFiles } from './changed-files.ts';
import { WatchedFiles } from './watched-files.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'docket-submodules-')));
const own = join(folder, 'own');
const shared = join(folder, 'shared');
const words = join(folder, 'words');
const gitIn = (place: string, ...asked: string[]) =>
  execFileSync(
    'git',
    [
      ...[
        '-c',
        'protocol.file.allow=always',
        '-c',
        'user.name=Clerk',
        '-c',
        'user.email=clerk@example.org',
        '-c',
        'init.defaultBranch=main',
      ],
      ...['-C', place, ...asked],
    ],
    { encoding: 'utf8', stdio: 'pipe' },
  ).trim();
const write = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const commitAll = (place: string) => {
  gitIn(place, 'add', '--all');
  gitIn(place, 'commit', '--quiet', '--message', 'All');
  return gitIn(place, 'rev-parse', 'HEAD');
};
const silent = { clock: systemClock, signal: new AbortController().signal, warn() {} };
const loads = { packages: new Set<string>(), docket: undefined };
const checkOut = async () => checkOutBase(own, commit, { changed: await changedFiles(own, commit), loads }, silent);
let commit = '';

beforeAll(() => {
  for (const place of [words, shared, own]) {
    mkdirSync(place);
    gitIn(place, 'init', '--quiet', '--template=');
  }
  write(join(words, 'greeting.md'), 'Good morning.\n');
  commitAll(words);
  write(join(shared, 'clerk.md'), 'Take no parcel over the limit.\n');
  write(join(shared, 'cases/heavy.json'), '{ "accepted": false }\n');
  write(join(shared, '.gitignore'), '*.cache\n');
  gitIn(shared, 'submodule', '--quiet', 'add', words, 'words');
  commitAll(shared);
  write(join(own, 'docket.config.ts'), 'export default {};\n');
  gitIn(own, 'submodule', '--quiet', 'add', shared, 'vendor/shared');
  gitIn(own, 'submodule', '--quiet', 'update', '--init', '--recursive');
  commit = commitAll(own);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The submodule's next commit, in the candidate's checkout. */
function move(files: Readonly<Record<string, string>>): void {
  const place = join(own, 'vendor/shared');
  for (const [path, text] of Object.entries(files)) write(join(place, path), text);
  commitAll(place);
}

describe('submodules of main', () => {
  it('are at the commits that main names, inner ones too, whatever the change moves them to', async () => {
    move({ 'clerk.md': 'Be kind.\n', 'words/greeting.md': 'Hello.\n' });
    commitAll(join(own, 'vendor/shared/words'));
    move({});
    const { root } = await checkOut();
    expect(readFileSync(join(root, 'vendor/shared/clerk.md'), 'utf8')).toBe('Take no parcel over the limit.\n');
    expect(readFileSync(join(root, 'vendor/shared/words/greeting.md'), 'utf8')).toBe('Good morning.\n');
    expect(readFileSync(join(own, 'vendor/shared/clerk.md'), 'utf8')).toBe('Be kind.\n');
  });

  it('are filled anew where an earlier run left something else there', { tags: ['slow'] }, async () => {
    const before = await checkOut();
    write(join(before.root, 'vendor/shared/clerk.md'), 'Be kind.\n');
    write(join(before.root, 'vendor/shared/words/extra.md'), 'Unasked.\n');
    const { root } = await checkOut();
    expect(readFileSync(join(root, 'vendor/shared/clerk.md'), 'utf8')).toBe('Take no parcel over the limit.\n');
    expect(existsSync(join(root, 'vendor/shared/words/extra.md'))).toBe(false);
  });

  it('are watched while the candidate is judged', { tags: ['slow'] }, async () => {
    const checkout = await checkOut();
    const watched = new WatchedFiles({ checkout, packages: [] });
    write(join(checkout.root, 'vendor/shared/clerk.md'), 'Be kind.\n');
    await expect(watched.requireUnchanged()).rejects.toThrow("main's vendor/shared/clerk.md");
  });

  it('of which this clone has nothing are named with what fetches them, where only main has them', async () => {
    gitIn(own, 'rm', '--quiet', '--force', 'vendor/shared');
    rmSync(join(own, '.git/modules/vendor'), { recursive: true });
    await expect(checkOut()).rejects.toThrow(
      /Main \(\w+\) has the submodule vendor\/shared, and this clone has nothing of it.*git submodule update --init/s,
    );
    gitIn(own, 'reset', '--quiet', '--hard', commit);
    gitIn(own, 'submodule', '--quiet', 'update', '--init', '--recursive');
  });

  it('stay empty where they are empty for the candidate', async () => {
    const clone = join(folder, 'clone');
    gitIn(folder, 'clone', '--quiet', own, clone);
    const { root } = await checkOutBase(clone, commit, { changed: await changedFiles(clone, commit), loads }, silent);
    expect(existsSync(join(root, 'vendor/shared/clerk.md'))).toBe(false);
  });
});

describe('a submodule that moves', () => {
  it('is changed file by file, also by what is not committed and in inner ones', async () => {
    move({ 'cases/heavy.json': '{ "accepted": true }\n' });
    write(join(own, 'vendor/shared/words/new.md'), 'Hello.\n');
    expect((await changedFiles(own, commit)).paths).toEqual([
      'vendor/shared',
      'vendor/shared/cases/heavy.json',
      'vendor/shared/words',
      'vendor/shared/words/new.md',
    ]);
  });

  it('counts with its files as a factor, without what it ignores itself', async () => {
    write(join(own, 'vendor/shared/left.cache'), 'x');
    const paths = await factorPaths({ name: 'clerk', root: own }, { prompt: { files: ['vendor/shared/*'], environment: {} } });
    expect(paths.get('prompt')?.map((path) => path.slice(own.length + 1))).toEqual(expect.arrayContaining(['vendor/shared/clerk.md']));
    expect(paths.get('prompt')?.join()).not.toContain('left.cache');
  });
});
