import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { GitTree } from '../../flows/version/git-tree.ts';
import { gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const main = gateProject();
const project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
const inTheWay = join(project.directory, '.docket', 'a-file');

// Main is checked out, and the next gate looks whether it is as it was left.
beforeAll(async () => {
  await runHere(['gate'], project);
  writeFileSync(inTheWay, 'a file');
});
afterAll(() => {
  vi.unstubAllEnvs();
  project[Symbol.dispose]();
  main[Symbol.dispose]();
});

const asLines = (text: string) => text.replaceAll(/\s+/g, ' ');

const places: readonly (readonly [what: string, place: string, why: RegExp, remedy: string])[] = [
  ['missing', join(project.directory, 'gone'), /there is no such folder \(ENOENT\)/, 'Make the folder'],
  ['a file', inTheWay, /it is not a folder \(ENOTDIR\)/, 'Remove what is in the way'],
  // Where nobody can make a folder, not even root.
  ...(process.platform === 'linux'
    ? [['not writable', '/sys', /it is not writable for this user \(E\w+\)/, 'Make it writable'] as const]
    : []),
];

const isNamed = async (...[, place, why, remedy]: (typeof places)[number]) => {
  vi.stubEnv('TMPDIR', place);
  const { code, stdout, stderr } = await runHere(['gate'], project);
  const said = asLines(stdout + stderr);
  expect(said).toContain(`No temporary files can be written in ${place} (TMPDIR): `);
  expect(said).toMatch(why);
  expect(said).toContain(`${remedy}, or set TMPDIR to another folder, and run the same command again.`);
  expect(said).not.toContain('bug in Docket');
  expect(code).toBe(2);
  const tree = await GitTree.open(project.directory);
  await expect(tree.add([])).rejects.toThrow(`No temporary files can be written in ${place}`);
};
const title = 'a place for temporary files that is %s is named with its remedy, and is no fault of Docket';
it.each(places.slice(0, 1))(title, isNamed);
it.each(places.slice(1))(title, { tags: ['slow'] }, isNamed);

it.runIf(process.platform === 'linux')('a cache in which main cannot be checked out is named with its remedy', async () => {
  vi.stubEnv('TMPDIR', '/tmp');
  vi.stubEnv('XDG_CACHE_HOME', '/sys/cache');
  const { code, stdout, stderr } = await runHere(['gate'], project);
  expect(asLines(stdout + stderr)).toMatch(
    /Main cannot be checked out in \/sys\/cache\/\S+: the folder cannot be made or written \(E\w+\)\. Make it writable, or set XDG_CACHE_HOME to another folder/,
  );
  expect(code).toBe(2);
});
