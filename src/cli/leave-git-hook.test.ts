import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { gateProject } from './testing/gate-project.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

it('a gate that a hook of git starts looks at each checkout by its folder', { tags: ['slow'] }, () => {
  using whole = gateProject();
  using project = whole.branch();
  const hooks = join(project.directory, '.git/hooks');
  mkdirSync(hooks, { recursive: true });
  // What is printed to standard error by a hook is the commit's.
  const lines = ['#!/bin/sh', 'test -n "$GIT_INDEX_FILE" || exit 9', `exec "${process.execPath}" "${main}" gate --mode simulated`];
  writeFileSync(join(hooks, 'pre-commit'), `${lines.join('\n')}\n`, { mode: 0o755 });
  project.write('README.md', 'A counter for parcels\n');
  project.commit('What it is');
  expect(JSON.parse(project.read('reports/verdict.json'))).toMatchObject({ verdict: 'pass', basis: 'unchanged' });
  expect(project.git('log', '-1', '--format=%s')).toBe('What it is\n');
});
