import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restHash } from './rest-files.ts';

let top = '';
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=Clerk', '-c', 'user.email=clerk@example.org', '-C', top, ...words]);
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
};
const hash = (factors: Record<string, { files: string[]; environment: Record<string, string | null> }> = {}) =>
  restHash({ own: { kind: 'command' }, root: join(top, 'desk'), ignored: { ignore: ['notes/**'], cases: 'cases' } }, { factors });
const named = { prompt: { files: ['prompts/**'], environment: {} } };

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'docket-rest-'));
  for (const path of [
    'desk/agent.py',
    'desk/uv.lock',
    'desk/cases/one.json',
    'desk/README.md',
    'desk/notes/idea.txt',
    'lib/tariff.py',
    'other/docket.config.ts',
  ])
    write(path, path);
  write('.gitignore', '*.log\n');
  git('init', '--quiet', '--template=');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('the files of an agent in another language', () => {
  const changes: [what: string, change: () => void][] = [
    ['a program that is edited', () => write('desk/agent.py', 'another')],
    ['a lockfile', () => write('desk/uv.lock', 'another')],
    ['a new file that git would take', () => write('desk/tools/scales.py', '')],
    [
      'a file that became a link',
      () => {
        rmSync(join(top, 'desk/agent.py'));
        symlinkSync('../lib/tariff.py', join(top, 'desk/agent.py'));
      },
    ],
    ['a file by another name', () => git('mv', 'desk/agent.py', 'desk/decide.py')],
    ['a file that is gone', () => rmSync(join(top, 'desk/decide.py'))],
  ];
  it('are others after a change, and the same once it is committed', { tags: ['slow'] }, async () => {
    let before = await hash();
    for (const [what, change] of changes) {
      change();
      const after = await hash();
      expect(after, what).not.toBe(before);
      git('add', '--all');
      git('commit', '--quiet', '--message', 'The change');
      before = await hash();
      expect(before, what).toBe(after);
    }
  });

  it('are the same after a change of what is no part of the agent', { tags: ['slow'] }, async () => {
    const before = await hash();
    for (const path of [
      'desk/cases/one.json',
      'desk/reports/verdict.json',
      'desk/README.md',
      'desk/notes/idea.txt',
      'desk/run.log',
      'desk/__pycache__/agent.cpython-312.pyc',
      'desk/docket.config.ts',
      'other/cases/two.json',
      'other/reports/baseline.json',
    ]) {
      write(path, 'another');
      expect(await hash(), path).toBe(before);
    }
  });

  it('lie in the whole repository where no pattern names any', { tags: ['slow'] }, async () => {
    const [before, beforeNamed] = [await hash(), await hash(named)];
    write('lib/tariff.py', 'another');
    expect(await hash()).not.toBe(before);
    expect(await hash(named)).toBe(beforeNamed);
    write('desk/agent.py', 'another');
    expect(await hash(named)).not.toBe(beforeNamed);
  });

  it('are not looked for where code is followed, or outside of a repository', async () => {
    expect(await restHash({ own: { kind: 'function' }, root: top }, {})).toBeUndefined();
    rmSync(join(top, '.git'), { recursive: true });
    expect(await hash()).toBeUndefined();
  });

  it('are not taken for unchanged where git does not read the repository that is there', async () => {
    writeFileSync(join(top, '.git/HEAD'), 'nothing that git knows');
    await expect(hash()).rejects.toThrow(/git does not read .*: not a git repository.*safe\.directory/);
    rmSync(join(top, '.git'), { recursive: true });
    expect(await hash()).toBeUndefined();
  });
});
