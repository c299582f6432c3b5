import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runDocket } from '../testing/run-docket.ts';

test('a shell is given a script that it can read, and suggestions: commands, options, choices, and names of the project', async () => {
  using project = fixtureProject();
  const run = async (...words: readonly string[]) => (await runDocket(words, { directory: project.directory })).stdout;
  const [script, commands, modes, cases, versions] = await Promise.all([
    run('completion', 'bash'),
    run('complete', '--', 'traces', 'l'),
    run('complete', '--', 'eval', '--mode', 'rec'),
    run('complete', '--', 'eval', '--case', 'he'),
    run('complete', '--', 'decide', '--version', ''),
  ]);
  expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  expect(script).toContain('docket complete --');
  const suggested = (text: string) => text.split('\n').flatMap((line) => (line.includes('\t') ? [line.split('\t')[0]] : []));
  expect(suggested(commands)).toEqual(['ls']);
  expect(suggested(modes)).toEqual(['recorded']);
  expect(suggested(cases)).toEqual(['heavy']);
  expect(suggested(versions)).toEqual(['v1', 'v2']);
});
